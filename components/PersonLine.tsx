import type { ComponentChildren } from "preact";
import type { Participant } from "@/lib/client/call/call_view.ts";
import type { Role } from "@/lib/protocol/messages.ts";
import type { LiveCall } from "@/lib/ui/call_state.ts";
import { Avatar } from "@/components/Avatar.tsx";
import { Icon, type IconName } from "@/components/Icon.tsx";
import { PersonLevel } from "@/components/PersonLevel.tsx";
import { PersonMenu } from "@/components/PersonMenu.tsx";
import { Popover } from "@/components/Popover.tsx";
import { QualityBars } from "@/components/QualityBars.tsx";
import { connectionNote } from "@/components/Tile.tsx";

/** Who is more, or less, than one who speaks. */
const ROLES: Record<Role, string | null> = {
  host: "Host",
  speaker: null,
  listener: "Listens only",
};

/** One person of the list: what they have switched on, how they are connected, and a menu for everybody but oneself. */
export function PersonLine({ live, person, children }: {
  live: LiveCall;
  person: Participant;
  /** More for the menu, which the function that it is given closes. */
  children: ((close: () => void) => ComponentChildren) | null;
}) {
  const { name, role, isLocal, quality } = person;
  const note = connectionNote(person);
  return (
    <li class="person">
      <Avatar name={name} />
      <div class="person-name">
        <p>
          <bdi>{name}</bdi>
          {isLocal && <span class="you">(you)</span>}
        </p>
        {(ROLES[role] || note) && (
          <p class="person-note">
            {[ROLES[role], note].filter(Boolean).join(" · ")}
          </p>
        )}
      </div>
      <div class="person-state">
        {person.microphoneOn && (
          <PersonLevel live={live} memberId={person.memberId} />
        )}
        {person.handRaised && <State icon="hand" text="Hand raised" />}
        {person.screenOn && <State icon="screen" text="Shares a screen" />}
        <State
          icon={person.cameraOn ? "camera" : "camera-off"}
          text={person.cameraOn ? "Camera on" : "Camera off"}
        />
        <State
          icon={person.microphoneOn ? "microphone" : "microphone-off"}
          text={person.microphoneOn ? "Microphone on" : "Microphone off"}
        />
        {quality && <QualityBars quality={quality} />}
      </div>
      {!isLocal && (
        <Popover
          label={`Options for ${name}`}
          title="Options"
          look="plain-button"
          face={<Icon name="more" />}
        >
          {(close) => (
            <>
              {children?.(close)}
              <PersonMenu live={live} person={person} />
            </>
          )}
        </Popover>
      )}
    </li>
  );
}

function State({ icon, text }: { icon: IconName; text: string }) {
  return (
    <span title={text}>
      <Icon name={icon} />
      <span class="visually-hidden">{text}</span>
    </span>
  );
}
