/** A Read call in plain words: what of the log, from where, which way, and how long. */
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { failureOf, invalidArgument } from './call-failure.js';
import { type EventFilter, filterOf } from './event-filter.js';
import { streamNameOf } from './proposed-events.js';

export type StreamFrom = 'start' | 'end' | bigint;

interface Common {
  readonly backwards: boolean;
  readonly resolveLinks: boolean;
  readonly structuredIds: boolean;
  /** The client wants to be told the stream's last revision at the end of a read. */
  readonly wantsLastRevision: boolean;
}

/** Events at most; or 'follow': it goes on as events come, until the client leaves. */
export type HowLong = bigint | 'follow';

export interface StreamRead extends Common {
  readonly kind: 'stream';
  readonly stream: string;
  readonly from: StreamFrom;
  readonly howLong: HowLong;
}

export interface AllRead extends Common {
  readonly kind: 'all';
  /** A position is said twice, and twice the same where it is one of this log. */
  readonly from: 'start' | 'end' | { readonly commit: bigint; readonly prepare: bigint };
  readonly howLong: HowLong;
  readonly filter: EventFilter | undefined;
}

export type ReadRequest = StreamRead | AllRead;

const BACKWARDS = streams.ReadReq.Options.ReadDirection.BACKWARDS;

/** @throws CallFailure */
export function readRequestOf(message: streams.ReadReq): ReadRequest {
  const options = message.getOptions();
  if (!options) throw invalidArgument('the read has no options');
  const common: Common = {
    backwards: options.getReadDirection() === BACKWARDS,
    resolveLinks: options.getResolveLinks(),
    structuredIds: options.getUuidOption()?.hasStructured() ?? false,
    wantsLastRevision: (options.getControlOption()?.getCompatibility() ?? 0) >= 1,
  };
  const howLong = howLongOf(options);
  if (howLong === 'follow' && common.backwards) throw invalidArgument('a subscription goes forwards');
  const stream = options.getStream();
  if (stream) return { kind: 'stream', ...common, howLong, ...streamAndFrom(stream) };
  const all = options.getAll();
  if (!all) throw invalidArgument('the read names neither a stream nor all of the log');
  return { kind: 'all', ...common, howLong, from: allFrom(all), filter: filterOf(options.getFilter()) };
}

function howLongOf(options: streams.ReadReq.Options): HowLong {
  if (options.hasSubscription()) return 'follow';
  if (!options.hasCount()) throw invalidArgument('the read says neither how many nor to go on');
  return BigInt(options.getCount());
}

function streamAndFrom(options: streams.ReadReq.Options.StreamOptions): Pick<StreamRead, 'stream' | 'from'> {
  const stream = streamNameOf(options.getStreamIdentifier());
  if (typeof stream === 'object') throw failureOf(stream, '', 'any');
  if (options.hasStart()) return { stream, from: 'start' };
  if (options.hasEnd()) return { stream, from: 'end' };
  if (options.hasRevision()) return { stream, from: BigInt(options.getRevision()) };
  throw invalidArgument('the read says not where it begins');
}

function allFrom(options: streams.ReadReq.Options.AllOptions): AllRead['from'] {
  if (options.hasStart()) return 'start';
  if (options.hasEnd()) return 'end';
  const position = options.getPosition();
  if (!position) throw invalidArgument('the read says not where it begins');
  return {
    commit: BigInt(position.getCommitPosition()),
    prepare: BigInt(position.getPreparePosition()),
  };
}
