import type { AnnotateItem, ArrowItem, TextItem } from "../api/types";
import type { Size } from "./crop";
import { layOut, LINE_SPACING } from "./textLayout";

const THINNEST_PIXELS = 2;
/** The export's, or one whose letters are as wide. */
const FONT = "Liberation Sans, Arimo, Arial, Helvetica, sans-serif";
/** Of an arrow, in thicknesses. */
const HEAD = { length: 5, halfWidth: 2.5 };

/** One drawing as the export burns it in, in pixels of the clip. */
export function Drawing({ item, clip }: { item: AnnotateItem; clip: Size }) {
  if (item.kind === "text") return <Text item={item} clip={clip} />;
  const thickness = Math.max(THINNEST_PIXELS, item.thickness * clip.width);
  if (item.kind === "arrow") return <Arrow item={item} clip={clip} thickness={thickness} />;
  const [x, y] = [item.x * clip.width, item.y * clip.height];
  // The export's outlines lie inside their shape; a stroke lies half outside.
  const line = { stroke: item.color, strokeWidth: thickness, fill: "none" };
  if (item.kind === "circle")
    return <circle cx={x} cy={y} r={Math.max(0, item.radius * clip.width - thickness / 2)} {...line} />;
  return (
    <rect
      x={x + thickness / 2}
      y={y + thickness / 2}
      width={Math.max(0, item.width * clip.width - thickness)}
      height={Math.max(0, item.height * clip.height - thickness)}
      {...line}
    />
  );
}

function Text({ item, clip }: { item: TextItem; clip: Size }) {
  const { sizePixels, lines, box } = layOut(item, clip);
  const x = (box.left + box.width / 2) * clip.width;
  const firstLine = box.top * clip.height + (sizePixels * LINE_SPACING) / 2;
  return (
    <text
      fill={item.color}
      fontSize={sizePixels}
      fontFamily={FONT}
      fontWeight="bold"
      textAnchor="middle"
      dominantBaseline="central"
      stroke="#000"
      strokeWidth={2 * Math.max(1, sizePixels / 16)}
      strokeLinejoin="round"
      paintOrder="stroke"
    >
      {lines.map((line, index) => (
        <tspan key={index} x={x} y={firstLine + index * sizePixels * LINE_SPACING}>
          {line}
        </tspan>
      ))}
    </text>
  );
}

function Arrow({ item, clip, thickness }: { item: ArrowItem; clip: Size; thickness: number }) {
  const [tail, tip] = [
    { x: item.x * clip.width, y: item.y * clip.height },
    { x: item.to_x * clip.width, y: item.to_y * clip.height },
  ];
  const length = Math.hypot(tip.x - tail.x, tip.y - tail.y) || 1;
  const unit = { x: (tip.x - tail.x) / length, y: (tip.y - tail.y) / length };
  const head = Math.min(HEAD.length * thickness, length);
  const half = (head * HEAD.halfWidth) / HEAD.length;
  const neck = { x: tip.x - unit.x * head, y: tip.y - unit.y * head };
  const corners = [
    tip,
    { x: neck.x - unit.y * half, y: neck.y + unit.x * half },
    { x: neck.x + unit.y * half, y: neck.y - unit.x * half },
  ];
  return (
    <g>
      <line x1={tail.x} y1={tail.y} x2={neck.x} y2={neck.y} stroke={item.color} strokeWidth={thickness} />
      <polygon points={corners.map((corner) => `${corner.x},${corner.y}`).join(" ")} fill={item.color} />
    </g>
  );
}
