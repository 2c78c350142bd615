import { useMutation, useQuery } from "@tanstack/react-query";
import { keys, queryClient } from "../api/queryClient";
import { explainError } from "../explain";
import { t } from "../texts";
import { readableMoment } from "../time";
import { Button } from "../ui/Button";
import { Notice } from "../ui/Notice";
import { Failure, Loading, Skeleton } from "../ui/states";
import { type Device, endDevice, endOtherDevices, getDevices, signOut } from "./calls";
import { becameNobody } from "./me";

/** Where the wallet is open, and how to end that. */
export function Devices() {
  const devices = useQuery({ queryKey: keys.devices, queryFn: getDevices });
  const asksAgain = { onSuccess: () => void queryClient.invalidateQueries({ queryKey: keys.devices }) };
  const end = useMutation({ mutationFn: endDevice, ...asksAgain });
  const endOthers = useMutation({ mutationFn: endOtherDevices, ...asksAgain });
  const leave = useMutation({ mutationFn: signOut, onSuccess: becameNobody });
  const error = end.error ?? endOthers.error ?? leave.error;
  return (
    <section className="grid gap-3" aria-label={t.account.devices}>
      <h3 className="font-semibold">{t.account.devices}</h3>
      {devices.data ? (
        <ul className="grid gap-2" data-testid="devices">
          {devices.data.map((device) => (
            <DeviceRow key={device.id} device={device} onEnd={() => end.mutate(device.id)} />
          ))}
        </ul>
      ) : devices.isError ? (
        <Failure error={devices.error} onRetry={() => void devices.refetch()} />
      ) : (
        <Loading>
          <Skeleton className="h-16" />
        </Loading>
      )}
      {error && (
        <Notice tone="bad" role="alert">
          {explainError(error)}
        </Notice>
      )}
      <div className="flex flex-wrap gap-2">
        <Button busy={leave.isPending} onClick={() => leave.mutate()}>
          {t.account.signOut}
        </Button>
        {(devices.data?.length ?? 0) > 1 && (
          <Button busy={endOthers.isPending} onClick={() => endOthers.mutate()}>
            {t.account.signOutOthers}
          </Button>
        )}
      </div>
    </section>
  );
}

function DeviceRow({ device, onEnd }: { device: Device; onEnd: () => void }) {
  return (
    <li className="flex items-center justify-between gap-3 rounded-xl border border-line px-4 py-2">
      <span>
        <span className="block font-semibold">{device.device}</span>
        <span className="block text-sm text-muted">
          {device.is_this ? t.account.thisDevice : device.began_at && readableMoment(device.began_at)}
        </span>
      </span>
      {!device.is_this && (
        <Button tone="quiet" onClick={onEnd} aria-label={t.account.endDevice(device.device)}>
          {t.account.end}
        </Button>
      )}
    </li>
  );
}
