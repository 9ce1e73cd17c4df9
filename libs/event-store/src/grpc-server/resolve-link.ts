/** A link is an event of type `$>` whose data names another: "<revision>@<stream>". */
import type { RawEvent } from '../embedded/raw-event.js';
import type { ResolvedEvent } from './event-bytes.js';
import type { LogView } from './log-view.js';
import { shownEvents } from './shown-events.js';

const LINK = /^(\d{1,15})@(.+)$/s;

/** What names nothing is an event like any other; what names something that is gone is a link without an event. */
export function resolveLink({ log, states, nowMs }: LogView, link: RawEvent): ResolvedEvent {
  const [, revision, stream] = link.type === '$>' ? (LINK.exec(Buffer.from(link.data).toString()) ?? []) : [];
  if (revision === undefined || stream === undefined) return { event: link };
  const known = states.durable(stream);
  if (known.isTombstoned || known.isSoftDeleted) return { event: undefined, link };
  const { firstRevision, isShown } = shownEvents(known, nowMs());
  const [found] = log.readStreamPage(stream, Number(revision), 'forwards', 1).events;
  const isIt = found?.revision === BigInt(revision) && Number(revision) >= firstRevision && isShown(found);
  return { event: isIt ? found : undefined, link };
}
