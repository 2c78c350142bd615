import type { AnnotateItem } from "../api/types";
import type { Size } from "./crop";

/** One drawing as it will be burnt in, in pixels of the clip. */
export function Drawing({ item, clip }: { item: AnnotateItem; clip: Size }) {
  const [x, y] = [item.x * clip.width, item.y * clip.height];
  if (item.kind === "text") {
    return (
      <text x={x} y={y} fill={item.color} fontSize={item.size * clip.height} fontWeight="700" textAnchor="middle" dominantBaseline="central"
        stroke="#000" strokeOpacity="0.6" strokeWidth={item.size * clip.height * 0.08} paintOrder="stroke">
        {item.text}
      </text>
    );
  }
  const line = { stroke: item.color, strokeWidth: item.thickness * clip.height, fill: "none" };
  if (item.kind === "circle") return <circle cx={x} cy={y} r={item.radius * clip.height} {...line} />;
  if (item.kind === "rectangle") return <rect x={x} y={y} width={item.width * clip.width} height={item.height * clip.height} {...line} />;
  return <Arrow from={{ x, y }} to={{ x: item.to_x * clip.width, y: item.to_y * clip.height }} color={item.color} thickness={item.thickness * clip.height} />;
}

interface Point { x: number; y: number }

const HEAD_LENGTHS = 4;
const HEAD_HALF_WIDTHS = 2;

function Arrow({ from, to, color, thickness }: { from: Point; to: Point; color: string; thickness: number }) {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [along, side] = [{ x: (to.x - from.x) / length, y: (to.y - from.y) / length }, { x: -(to.y - from.y) / length, y: (to.x - from.x) / length }];
  const head = Math.min(thickness * HEAD_LENGTHS, length);
  const neck = { x: to.x - along.x * head, y: to.y - along.y * head };
  const wing = thickness * HEAD_HALF_WIDTHS;
  const points = [to, { x: neck.x + side.x * wing, y: neck.y + side.y * wing }, { x: neck.x - side.x * wing, y: neck.y - side.y * wing }];
  return (
    <g>
      <line x1={from.x} y1={from.y} x2={neck.x} y2={neck.y} stroke={color} strokeWidth={thickness} strokeLinecap="round" />
      <polygon points={points.map((point) => `${point.x},${point.y}`).join(" ")} fill={color} />
    </g>
  );
}
