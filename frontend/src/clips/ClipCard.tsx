import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { deleteProject } from "../api/calls";
import { apiUrl } from "../api/client";
import { keys, refresh } from "../api/queryClient";
import type { Project } from "../api/types";
import { forgetDrafts } from "../editor/draft";
import { Link } from "../router";
import { explainError } from "../explain";
import { t } from "../texts";
import { readableLength, readableMoment } from "../time";
import { Button } from "../ui/Button";
import { Dialog } from "../ui/Dialog";
import { Icon } from "../ui/Icon";
import { Notice } from "../ui/Notice";

export function ClipCard({ clip }: { clip: Project }) {
  const [isAsking, setAsking] = useState(false);
  return (
    <li className="card group relative overflow-hidden" data-testid="clip">
      <Link to={`/clips/${clip.id}`} className="block">
        <span className="relative grid aspect-video place-items-center overflow-hidden bg-[#0a0d0b] text-[#a5b0a7]">
          <Icon name="film" className="size-8" />
          {clip.thumbnail_url && (
            <img
              src={apiUrl(clip.thumbnail_url)}
              alt=""
              loading="lazy"
              className="absolute inset-0 size-full object-cover transition-transform duration-300 group-hover:scale-[1.03]"
            />
          )}
          <span className="score absolute right-2 bottom-2 rounded-md bg-black/80 px-2 py-1 text-lg text-white">
            {readableLength(clip.duration_seconds)}
          </span>
        </span>
        <span className="block p-4 pr-14">
          <span className="block truncate font-semibold">{clip.name}</span>
          <span className="block text-sm text-muted">
            {readableMoment(clip.created_at)} · {t.clip.size(clip.width, clip.height)}
            {clip.has_audio ? "" : ` · ${t.clip.noSound}`}
          </span>
        </span>
      </Link>
      <button
        type="button"
        onClick={() => setAsking(true)}
        aria-label={t.clip.remove(clip.name)}
        className="absolute right-2 bottom-4 grid size-11 place-items-center rounded-xl text-muted hover:bg-sunken hover:text-ink"
      >
        <Icon name="trash" />
      </button>
      <DeleteDialog clip={clip} isOpen={isAsking} onClose={() => setAsking(false)} />
    </li>
  );
}

function DeleteDialog({ clip, isOpen, onClose }: { clip: Project; isOpen: boolean; onClose: () => void }) {
  const remove = useMutation({
    mutationFn: () => deleteProject(clip.id),
    onSuccess: () => {
      onClose();
      forgetDrafts(clip.id);
      refresh(keys.projects);
    },
  });
  return (
    <Dialog title={t.clip.removeTitle} isOpen={isOpen} onClose={onClose}>
      <p className="mb-5 text-muted">{t.clip.removeBody(clip.name)}</p>
      {remove.error && (
        <div className="mb-4">
          <Notice tone="bad" role="alert">
            {explainError(remove.error)}
          </Notice>
        </div>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{t.cancel}</Button>
        <Button tone="danger" icon="trash" busy={remove.isPending} onClick={() => remove.mutate()}>
          {t.clip.removeYes}
        </Button>
      </div>
    </Dialog>
  );
}
