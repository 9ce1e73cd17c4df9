import type { PartsReport } from './parts-report.js';

/** Of an execution that succeeds at once. */
const EVENTS = 3;
/** What the caller waits for; the others follow behind. */
const ON_THE_WAY = ['gateway', 'executor', 'nats-server', 'event-log'];

/** Processes of the services, the parts that they are made of, and how the two compare. Microseconds an execution. */
export interface Comparison {
  readonly what: string;
  readonly parts: readonly { readonly what: string; readonly us: number }[];
  readonly sumUs: number;
  readonly togetherUs: number;
  readonly ratio: number;
}

/**
 * A part that is measured inside another is taken out once: appends and reads through the client come instead of those
 * in-process, which the one process and the projection have in them already.
 */
export function comparisons({ alone, services }: PartsReport): readonly [Comparison, Comparison] {
  const { oneProcess, bus, appends, reads, views } = alone;
  const onTheWay = [
    { what: 'gateway, executor and embedded log in one process', us: oneProcess },
    {
      what: 'a request over NATS: both sides and the server',
      us: bus.requester + bus.server + bus.responder,
    },
    {
      what: 'two appends: client and server, less those in-process',
      us: appends.client + appends.server - appends.inProcess,
    },
    { what: 'three events read by the projector: the server', us: EVENTS * reads.server },
  ];
  const behind = [
    {
      what: 'three events read by the projector: the client, less in-process',
      us: EVENTS * (reads.client - reads.inProcess),
    },
    { what: 'three events projected: projector', us: EVENTS * views.projector },
    { what: 'three events projected: PostgreSQL', us: EVENTS * views.database },
  ];
  const spent = (wanted: (name: string) => boolean): number =>
    Object.entries(services).reduce((sum, [name, us]) => (wanted(name) ? sum + us : sum), 0);
  return [
    compare(
      ON_THE_WAY.join(', '),
      onTheWay,
      spent((name) => ON_THE_WAY.includes(name)),
    ),
    compare(
      'all processes',
      [...onTheWay, ...behind],
      spent(() => true),
    ),
  ];
}

function compare(what: string, parts: Comparison['parts'], togetherUs: number): Comparison {
  const sumUs = parts.reduce((sum, { us }) => sum + us, 0);
  return { what, parts, sumUs, togetherUs, ratio: togetherUs / sumUs };
}
