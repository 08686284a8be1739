/** The microphone and camera in the lobby, as signals. */
import {
  type ReadonlySignal,
  type Signal,
  signal,
  useSignal,
} from "@preact/signals";
import { useEffect } from "preact/hooks";
import {
  type DeviceList,
  listDevices,
  NO_DEVICES,
  watchDevices,
} from "@/lib/client/media/devices.ts";
import {
  LocalMedia,
  type LocalMediaView,
} from "@/lib/client/media/local_media.ts";
import { signalOf } from "@/lib/ui/signal_of.ts";

/** What the lobby shows and switches; the call takes `media` over. */
export interface LobbyMedia {
  media: LocalMedia;
  local: ReadonlySignal<LocalMediaView>;
  devices: ReadonlySignal<DeviceList>;
}

/**
 * The lobby's devices; null on the server and until the page has come to life. They are opened by themselves only for who has allowed
 * that before, and only where `mayOpen`: nobody is asked anything before they have clicked.
 */
export function useLobbyMedia(
  wanted: { microphone: boolean; camera: boolean },
  mayOpen: () => boolean,
): Signal<LobbyMedia | null> {
  const lobby = useSignal<LobbyMedia | null>(null);
  useEffect(() => {
    const media = new LocalMedia();
    const [local, ignoreMedia] = signalOf(media);
    const devices = signal<DeviceList>(NO_DEVICES);
    lobby.value = { media, local, devices };
    const ignoreDevices = watchDevices((list) => devices.value = list);
    // Devices have names only once one was allowed, and no event tells of that.
    const ignoreOpening = media.subscribe(async () => {
      if (!isNamed(devices.peek())) devices.value = await listDevices();
    });
    if (mayOpen()) openAllowed(media, wanted);
    return () => {
      ignoreMedia();
      ignoreDevices();
      ignoreOpening();
      media.close();
    };
  }, []);
  return lobby;
}

/** Opens what is wanted and has been allowed before; a device has a name only then. */
async function openAllowed(
  media: LocalMedia,
  wanted: { microphone: boolean; camera: boolean },
): Promise<void> {
  // An insecure page has no devices, and nobody to ask: it can say so at once.
  if (navigator.mediaDevices === undefined) return void media.open(wanted);
  const { microphones, cameras } = await listDevices();
  media.open({
    microphone: wanted.microphone && microphones.some(({ label }) => label),
    camera: wanted.camera && cameras.some(({ label }) => label),
  });
}

function isNamed({ microphones, cameras }: DeviceList): boolean {
  return [...microphones, ...cameras].every(({ label }) => label !== "") &&
    microphones.length + cameras.length > 0;
}
