import type { Participant } from "@/lib/client/call/call_view.ts";
import type { LiveCall } from "@/lib/ui/call_state.ts";
import { gradeOf, qualityDetails } from "@/lib/ui/quality_words.ts";
import { MenuItem } from "@/components/MenuItem.tsx";
import { Slider } from "@/components/Slider.tsx";

/** What one can set for oneself about somebody else: how loud they are; and how good the path to them is. */
export function PersonMenu(
  { live, person }: { live: LiveCall; person: Participant },
) {
  const { memberId, name, quality } = person;
  const heard = live.playbackView.value.people.get(memberId);
  return (
    <>
      {heard && (
        <>
          <Slider
            label={`Volume of ${name}`}
            max={200}
            value={heard.volume}
            onChange={(volume) => live.playback.setVolume(memberId, volume)}
          />
          <MenuItem
            icon={heard.muted ? "speaker-off" : "speaker"}
            text={heard.muted ? "Hear again" : "Mute for me"}
            onClick={() => live.playback.setMuted(memberId, !heard.muted)}
          />
        </>
      )}
      {quality && (
        <div class="quality-details">
          <p>Connection: {gradeOf(quality)}</p>
          <dl>
            {qualityDetails(quality).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
        </div>
      )}
    </>
  );
}
