/** Our own line icons, 20 × 20, drawn with one stroke width. */

const PATHS = {
  plus: "M10 4v12M4 10h12",
  close: "M5 5l10 10M15 5L5 15",
  play: "M6 4l10 6-10 6z",
  pause: "M7 4v12M13 4v12",
  upload: "M10 13V3M6 7l4-4 4 4M3 13v3a1 1 0 001 1h12a1 1 0 001-1v-3",
  download: "M10 3v10M6 9l4 4 4-4M3 14v2a1 1 0 001 1h12a1 1 0 001-1v-2",
  film: "M3 4h14v12H3zM7 4v12M13 4v12M3 8h4M3 12h4M13 8h4M13 12h4",
  clock: "M10 3a7 7 0 100 14 7 7 0 000-14M10 6v4l3 2",
  list: "M4 5h12M4 10h12M4 15h8",
  undo: "M7 4L3 8l4 4M3 8h9a5 5 0 010 10H9",
  redo: "M13 4l4 4-4 4M17 8H8a5 5 0 000 10h3",
  share: "M10 12V3M6.500 6L10 2.500 13.500 6M6 9H4v8h12V9h-2",
  stack: "M3 7l7-4 7 4-7 4zM3 10.500l7 4 7-4M3 14l7 4 7-4",
  trash: "M4 6h12M8 6V4h4v2M6 6l1 11h6l1-11",
  check: "M4 10.5l4 4 8-9",
  alert: "M10 3l8 14H2zM10 8v4M10 14.500v.1",
  info: "M10 3a7 7 0 100 14 7 7 0 000-14M10 9v5M10 6v.1",
  snow: "M10 2v16M3 6l14 8M17 6L3 14",
  offline: "M2 7a12 12 0 0116 0M5 10.500a8 8 0 0110 0M8 14a3 3 0 014 0M3 17L17 3",
  crop: "M6 2v12h12M2 6h12v12",
  spotlight: "M10 2v2M4 5l1.500 1.500M16 5l-1.500 1.500M10 7a4 4 0 100 8 4 4 0 000-8M4 18h12",
  pen: "M4 16l1-4 9-9 3 3-9 9zM12 5l3 3",
  sharpen: "M3 17h5V9H3zM8 17h9V3H6v4",
  arrow: "M4 16L15 5M8 4h8v8",
  circle: "M10 3a7 7 0 100 14 7 7 0 000-14",
  rectangle: "M3 5h14v10H3z",
  text: "M4 6V4h12v2M10 4v12M7 16h6",
  back: "M12 4l-6 6 6 6",
  next: "M8 4l6 6-6 6",
  person:
    "M10 3a3.500 3.500 0 100 7 3.500 3.500 0 000-7M3.500 17c.8-3.500 3.300-5 6.500-5s5.700 1.500 6.500 5",
  receipt: "M5 2h10v16l-2.500-1.500L10 18l-2.500-1.500L5 18zM8 7h4M8 11h4",
  gift: "M3 8h14v3H3zM4 11v6h12v-6M10 8v9M10 8c-4 0-5-5-2-5 2 0 2 3 2 5 0-2 0-5 2-5 3 0 2 5-2 5",
  move: "M10 2v16M2 10h16M7.500 4.500L10 2l2.500 2.500M7.500 15.500L10 18l2.500-2.500M4.500 7.500L2 10l2.500 2.500M15.500 7.500L18 10l-2.500 2.500",
  copy: "M7 7h9v10H7zM4 13V3h9",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, className = "size-5" }: { name: IconName; className?: string }) {
  return (
    <svg
      viewBox="0 0 20 20"
      aria-hidden="true"
      className={`shrink-0 ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.800"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[name]} fill={name === "play" ? "currentColor" : "none"} />
    </svg>
  );
}
