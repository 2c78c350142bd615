/**
 * From keyframes to a value at any time, exactly as the export does it: straight lines whose corners are parabolas
 * that touch both lines 0.2 s before and after a keyframe, or half-way to its neighbour if that is nearer.
 */

const HALF_CORNER_SECONDS = 0.2;

type Point = readonly [seconds: number, value: number];

export function valueAt(points: readonly Point[], seconds: number): number {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) throw new Error("a curve needs a point");
  // Level at both ends; at time 0 nothing is rounded, so that the first frame is what was asked for.
  const lead: Point = first[0] > 0 ? [0, first[1]] : [first[0] - 0.001, first[1]];
  const corners = [lead, ...points, [last[0] + 1, last[1]] as const];
  let value = first[1];
  for (let index = 1; index < corners.length - 1; index += 1) {
    const [before, corner, after] = corners.slice(index - 1, index + 2) as [Point, Point, Point];
    const half = Math.min(HALF_CORNER_SECONDS, (corner[0] - before[0]) / 2, (after[0] - corner[0]) / 2);
    if (seconds < corner[0] - half) return value;
    value =
      seconds < corner[0] + half
        ? onArc(before, corner, after, half, seconds)
        : onLine(corner, after, seconds);
    if (seconds < corner[0] + half) return value;
  }
  return value;
}

function onArc(before: Point, corner: Point, after: Point, half: number, seconds: number): number {
  const slopeIn = (corner[1] - before[1]) / (corner[0] - before[0]);
  const slopeOut = (after[1] - corner[1]) / (after[0] - corner[0]);
  const u = seconds - (corner[0] - half);
  return corner[1] - slopeIn * half + slopeIn * u + ((slopeOut - slopeIn) / (4 * half)) * u * u;
}

function onLine(from: Point, to: Point, seconds: number): number {
  return from[1] + ((to[1] - from[1]) / (to[0] - from[0])) * (seconds - from[0]);
}
