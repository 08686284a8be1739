import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { CallView } from "@/lib/client/call_view.ts";
import type { LiveCall } from "@/lib/ui/call_state.ts";
import { announcements } from "@/lib/ui/announce.ts";
import { inviteLink } from "@/lib/ui/room_link.ts";
import { resumeMeters } from "@/lib/ui/speaking.ts";
import { shortcutOf } from "@/lib/ui/shortcuts.ts";
import { CallBanners } from "@/components/CallBanners.tsx";
import { CallClock } from "@/components/CallClock.tsx";
import { ChatPanel } from "@/components/ChatPanel.tsx";
import { CopyLink } from "@/components/CopyLink.tsx";
import { InviteDialog } from "@/components/InviteDialog.tsx";
import { Mark } from "@/components/Wordmark.tsx";
import { RemoteAudio } from "@/components/RemoteAudio.tsx";
import { Stage } from "@/components/Stage.tsx";
import { Toolbar } from "@/components/Toolbar.tsx";

/** A call that is going on. `room` is what stands in the page's address. */
export function CallRoom({ live, room }: { live: LiveCall; room: string }) {
  const root = useRef<HTMLDivElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  // What had the focus is gone; the next Tab leads into the call.
  useEffect(() => heading.current?.focus(), []);
  const chatOpen = useSignal(false);
  const inviting = useSignal(false);
  const soundBlocked = useSignal(false);
  const seen = useSignal(0);
  const view = live.view.value;
  const local = live.local.value;
  const unread = useComputed(() =>
    live.view.value.messages.slice(seen.value).filter((one) => !one.isLocal)
      .length
  );
  const said = useAnnouncements(live, () => chatOpen.peek());
  const me = view.me!;
  const media = view.room!.media;
  const maySpeak = me.role !== "listener";
  const link = inviteLink(location, room);

  /** Plays what the browser had refused to; it may refuse again. */
  function play() {
    soundBlocked.value = false;
    resumeMeters();
    for (const audio of root.current!.querySelectorAll("audio")) {
      audio.play().catch(() => soundBlocked.value = true);
    }
  }
  // Browsers let a page that captures sound play it too, but the first sound may come while they still ask for the microphone.
  useEffect(() => {
    if (soundBlocked.peek()) play();
  }, [local.audio, local.video]);

  function showChat(open: boolean) {
    chatOpen.value = open;
    seen.value = live.view.peek().messages.length;
    if (!open) root.current?.querySelector<HTMLElement>("[data-chat]")?.focus();
  }

  const microphone = media.audio && maySpeak
    ? {
      on: me.microphoneOn,
      toggle: local.microphone.status === "opening"
        ? null
        : () => void live.call.setMicrophone(!me.microphoneOn),
    }
    : null;
  const camera = media.video && maySpeak
    ? {
      on: me.cameraOn,
      toggle: local.camera.status === "opening"
        ? null
        : () => void live.call.setCamera(!me.cameraOn),
    }
    : null;
  const chat = media.chat
    ? {
      open: chatOpen.value,
      unread: chatOpen.value ? 0 : unread.value,
      toggle: () => showChat(!chatOpen.peek()),
    }
    : null;

  useShortcuts({
    microphone: microphone?.toggle ?? null,
    camera: camera?.toggle ?? null,
    chat: chat?.toggle ?? null,
  });

  return (
    <div
      ref={root}
      class={chatOpen.value ? "call with-chat" : "call"}
    >
      <header class="call-head">
        <Mark />
        <h1 ref={heading} tabIndex={-1}>
          {view.room!.name || "Ringdown call"}
        </h1>
        {view.startedAt !== null && <CallClock startedAt={view.startedAt} />}
      </header>
      <main class="call-main">
        <div class="call-people">
          <CallBanners
            state={view.state}
            local={local}
            soundBlocked={soundBlocked.value}
            onPlay={play}
          />
          <Stage me={me} others={view.participants} ownSound={local.audio}>
            <div class="alone">
              <h2>You're the only one here</h2>
              <p>Send this link to whoever you want to talk to.</p>
              <CopyLink link={link} />
            </div>
          </Stage>
        </div>
        {chatOpen.value && (
          <ChatPanel
            messages={view.messages}
            onSend={(text) => live.call.sendChat(text)}
            onClose={() => showChat(false)}
          />
        )}
      </main>
      <Toolbar
        microphone={microphone}
        camera={camera}
        chat={chat}
        onInvite={() => inviting.value = true}
        onLeave={() => void live.call.leave()}
      />
      {view.participants.map((person) =>
        person.audio && (
          <RemoteAudio
            key={person.memberId}
            stream={person.audio}
            onBlocked={() => soundBlocked.value = true}
          />
        )
      )}
      {inviting.value && (
        <InviteDialog
          link={link}
          pinRequired={view.room!.pinRequired}
          onClose={() => inviting.value = false}
        />
      )}
      <p class="visually-hidden" role="status">{said.value}</p>
    </div>
  );
}

/** The latest that a screen reader should say of the call. */
function useAnnouncements(live: LiveCall, chatOpen: () => boolean) {
  const said = useSignal("");
  const last = useRef<CallView>(live.view.peek());
  useEffect(() =>
    live.view.subscribe((view) => {
      const news = announcements(last.current, view, chatOpen());
      last.current = view;
      if (news.length > 0) said.value = news.join(". ");
    }), [live]);
  return said;
}

/** Runs the switches by their keys. */
function useShortcuts(
  actions: Record<"microphone" | "camera" | "chat", (() => void) | null>,
) {
  const current = useRef(actions);
  current.current = actions;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const shortcut = shortcutOf(event);
      if (shortcut === null) return;
      event.preventDefault(); // The c that opens the chat must not be its first letter.
      current.current[shortcut]?.();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}
