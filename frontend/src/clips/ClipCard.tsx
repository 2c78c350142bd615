import { useState } from "react";
import { deleteProject, renameProject } from "../api/calls";
import { apiUrl } from "../api/client";
import { keys, refresh } from "../api/queryClient";
import type { Project } from "../api/types";
import { forgetDrafts } from "../editor/draft";
import { Link } from "../router";
import { t } from "../texts";
import { readableLength, readableMoment } from "../time";
import { ConfirmDialog } from "../ui/ConfirmDialog";
import { Icon } from "../ui/Icon";
import { IconButton } from "../ui/IconButton";
import { RenameDialog } from "../ui/RenameDialog";

export function ClipCard({ clip }: { clip: Project }) {
  const [open, setOpen] = useState<"rename" | "delete" | null>(null);
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
              className="absolute inset-0 size-full object-contain transition-transform duration-300 group-hover:scale-[1.03]"
            />
          )}
          <span className="score absolute right-2 bottom-2 rounded-md bg-black/80 px-2 py-1 text-lg text-white">
            {readableLength(clip.duration_seconds)}
          </span>
        </span>
        <span className="block p-4 pr-24">
          <span className="block truncate font-semibold">{clip.name}</span>
          <span className="block text-sm text-muted">
            {readableMoment(clip.created_at)} · {t.clip.size(clip.width, clip.height)}
            {clip.has_audio ? "" : ` · ${t.clip.noSound}`}
          </span>
        </span>
      </Link>
      <div className="absolute right-1 bottom-3 flex">
        <IconButton icon="pen" label={t.rename.of(clip.name)} onPress={() => setOpen("rename")} />
        <IconButton icon="trash" label={t.clip.remove(clip.name)} onPress={() => setOpen("delete")} />
      </div>
      <RenameDialog
        name={clip.name}
        isOpen={open === "rename"}
        onClose={() => setOpen(null)}
        save={(name) => renameProject(clip.id, name)}
        onSaved={() => refresh(keys.projects, keys.project(clip.id), keys.exports)}
      />
      <ConfirmDialog
        title={t.clip.removeTitle}
        body={t.clip.removeBody(clip.name)}
        yes={t.clip.removeYes}
        isOpen={open === "delete"}
        onClose={() => setOpen(null)}
        act={() => deleteProject(clip.id)}
        onDone={() => {
          forgetDrafts(clip.id);
          refresh(keys.projects);
        }}
      />
    </li>
  );
}
