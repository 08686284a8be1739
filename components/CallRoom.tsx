import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { LiveCall } from "@/lib/ui/call_state.ts";
import { inviteLink } from "@/lib/ui/room_link.ts";
import { callActions } from "@/lib/ui/call_actions.ts";
import { type DialogName, newCallPage } from "@/lib/ui/call_page.ts";
import { newChatDraft } from "@/lib/ui/chat_draft.ts";
import { idsOf, newsIn } from "@/lib/ui/chat_news.ts";
import { useFullScreen } from "@/lib/ui/full_screen.ts";
import { usePushToTalk } from "@/lib/ui/push_to_talk.ts";
import { useAnnouncements } from "@/lib/ui/use_announcements.ts";
import { useShortcuts } from "@/lib/ui/use_shortcuts.ts";
import { CallBanners, MutedTalkHint } from "@/components/CallBanners.tsx";
import { CallClock } from "@/components/CallClock.tsx";
import { ChatPanel } from "@/components/ChatPanel.tsx";
import { CopyLink } from "@/components/CopyLink.tsx";
import { HelpDialog } from "@/components/HelpDialog.tsx";
import { Icon } from "@/components/Icon.tsx";
import { InviteDialog } from "@/components/InviteDialog.tsx";
import { Mark } from "@/components/Wordmark.tsx";
import { PeoplePanel } from "@/components/PeoplePanel.tsx";
import { RoomDialog } from "@/components/RoomDialog.tsx";
import { SettingsDialog } from "@/components/SettingsDialog.tsx";
import { Stage } from "@/components/Stage.tsx";
import { Toolbar } from "@/components/Toolbar.tsx";

/** A call that is going on. `room` is what stands in the page's address. */
export function CallRoom({ live, room }: { live: LiveCall; room: string }) {
  const root = useRef<HTMLDivElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  // What had the focus is gone; the next Tab leads into the call.
  useEffect(() => heading.current?.focus(), []);
  const page = useMemo(newCallPage, []);
  const draft = useMemo(newChatDraft, []);
  const known = useSignal<ReadonlySet<string>>(new Set());
  const view = live.view.value;
  const unread = useComputed(() => {
    const { messages, startedAt } = live.view.value;
    return newsIn(messages, known.value, startedAt).length;
  });
  const said = useAnnouncements(live, page);
  const fullScreen = useFullScreen();
  const me = view.me!;
  // A chat that is no longer allowed is no longer there.
  const panel = page.panel.value === "chat" && !view.room!.media.chat
    ? null
    : page.panel.value;
  const actions = callActions(live, page);
  useShortcuts(actions);
  usePushToTalk(
    live.local.value.microphone.status === "muted",
    (on) => void live.call.setMicrophone(on),
  );
  const link = inviteLink(location, room);

  // Whoever opens the chat has seen what is in it, and what comes meanwhile.
  useSignalEffect(() => {
    if (page.panel.value === "chat") {
      known.value = idsOf(live.view.value.messages);
    }
  });

  function closePanel() {
    const name = page.panel.peek();
    page.panel.value = null;
    // A button that the toolbar has no room for stands in its menu.
    const ways = [`[data-panel="${name}"]`, "[data-more]"].map((selector) =>
      root.current?.querySelector<HTMLElement>(selector)
    );
    ways.find((way) => way?.checkVisibility())?.focus();
  }
  /** The browser tells late that a dialog was closed: another one may be open by then. */
  const closing = (name: DialogName) => () => {
    if (page.dialog.peek() === name) page.dialog.value = null;
  };

  return (
    <div
      ref={root}
      class={panel ? "call with-panel" : "call"}
      onMouseDown={keepFocus}
    >
      <header class="call-head">
        <Mark />
        <h1 ref={heading} tabIndex={-1}>
          {view.room!.name || "Ringdown call"}
        </h1>
        {view.room!.locked && (
          <span class="tag">
            <Icon name="lock" />
            Locked
          </span>
        )}
        {view.startedAt !== null && <CallClock startedAt={view.startedAt} />}
      </header>
      <main class="call-main">
        <div class="call-people">
          <CallBanners live={live} page={page} />
          <Stage live={live} page={page}>
            <div class="alone">
              <h2>You're the only one here</h2>
              <p>Send this link to whoever you want to talk to.</p>
              <CopyLink link={link} />
            </div>
          </Stage>
        </div>
        {panel === "chat" && (
          <ChatPanel
            messages={view.messages}
            startedAt={view.startedAt}
            people={view.participants}
            draft={draft}
            onSend={(text, to) => live.call.sendChat(text, to)}
            onClose={closePanel}
          />
        )}
        {panel === "people" && (
          <PeoplePanel live={live} page={page} onClose={closePanel} />
        )}
      </main>
      <MutedTalkHint live={live} />
      <Toolbar
        actions={actions}
        state={{
          ...me,
          panel,
          fullScreen,
          deafened: live.playbackView.value.deafened,
          layout: page.layout.value,
          unread: unread.value,
          people: view.participants.length + 1,
        }}
        onLeave={() => void live.call.leave()}
      />
      {page.dialog.value === "invite" && (
        <InviteDialog
          link={link}
          pinRequired={view.room!.pinRequired}
          onClose={closing("invite")}
        />
      )}
      {page.dialog.value === "room" && (
        <RoomDialog live={live} onClose={closing("room")} />
      )}
      {page.dialog.value === "settings" && (
        <SettingsDialog live={live} page={page} onClose={closing("settings")} />
      )}
      {page.dialog.value === "help" && (
        <HelpDialog actions={actions} onClose={closing("help")} />
      )}
      <p class="visually-hidden" role="status">{said.value}</p>
    </div>
  );
}

/** A button that is clicked does not take the focus: the space bar stays for talking, and a half-written message for writing on. */
function keepFocus(event: MouseEvent) {
  const target = event.target as Element;
  if (target.closest("button") && !target.closest("dialog, [popover]")) {
    event.preventDefault();
  }
}
