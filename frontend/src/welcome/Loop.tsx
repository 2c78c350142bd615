import { useEffect, useRef, useState } from "react";

/** A short silent film that runs while it is seen; a picture until then, and for who wants no motion. */
export function Loop({ video, picture }: { video: string; picture: string }) {
  const place = useRef<HTMLSpanElement>(null);
  const [isSeen, setSeen] = useState(false);

  useEffect(() => {
    const element = place.current;
    if (!element || window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const watch = new IntersectionObserver(([entry]) => setSeen(entry?.isIntersecting ?? false), {
      threshold: 0.4,
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  return (
    <span ref={place} className="relative block aspect-video overflow-hidden bg-[#0a0d0b]">
      <img src={picture} alt="" loading="lazy" width={480} height={270} className="size-full object-cover" />
      {isSeen && (
        <video
          src={video}
          autoPlay
          muted
          loop
          playsInline
          aria-hidden="true"
          tabIndex={-1}
          className="absolute inset-0 size-full object-cover"
        />
      )}
    </span>
  );
}
