/** What the product does, in one drawing: a play on the court, the frame that follows the ball, its keyframes. */

const PLAYERS = [
  [150, 70],
  [250, 180],
  [360, 96],
  [470, 60],
  [520, 200],
  [640, 120],
  [700, 220],
  [820, 84],
  [880, 190],
  [980, 140],
] as const;
const BALL_PATH = "M170 190C260 90 380 230 500 150S700 70 790 150";
const KEYFRAMES = [170, 430, 790] as const;
const FRAME = { x: 724, y: 26, width: 132, height: 234 } as const;

export function Court() {
  return (
    <svg
      viewBox="0 0 1100 330"
      aria-hidden="true"
      className="w-full"
      fill="none"
      stroke="var(--edge)"
      strokeWidth="2.500"
    >
      <g opacity="0.55">
        <rect x="20" y="16" width="1060" height="254" rx="4" />
        <path d="M550 16v254M20 83h150v120H20M1080 83H930v120h150" />
        <circle cx="550" cy="143" r="46" />
        <path d="M170 97a46 46 0 010 92M930 97a46 46 0 000 92M20 36h60c150 20 150 194 0 214H20M1080 36h-60c-150 20-150 194 0 214h60" />
      </g>
      <g stroke="none">
        {PLAYERS.map(([x, y], index) => (
          <circle key={x} cx={x} cy={y} r="9" fill={index % 2 ? "var(--ink)" : "var(--edge)"} />
        ))}
      </g>
      <path d={BALL_PATH} stroke="var(--ball)" strokeWidth="3" strokeDasharray="2 9" strokeLinecap="round" />
      <circle cx="790" cy="150" r="11" fill="var(--ball)" stroke="var(--paper)" />
      <rect {...FRAME} rx="6" fill="var(--volt)" fillOpacity="0.14" stroke="var(--ink)" strokeWidth="7" />
      <rect {...FRAME} rx="6" stroke="var(--volt)" strokeWidth="4" />
      <path d="M20 304h1060" stroke="var(--track)" strokeWidth="6" strokeLinecap="round" />
      {KEYFRAMES.map((x) => (
        <rect
          key={x}
          x={x - 9}
          y="295"
          width="18"
          height="18"
          rx="3"
          transform={`rotate(45 ${x} 304)`}
          fill="var(--paper)"
          stroke="var(--ball)"
          strokeWidth="4"
        />
      ))}
    </svg>
  );
}
