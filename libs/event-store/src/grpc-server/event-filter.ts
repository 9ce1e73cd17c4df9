/** Which events of `$all` a reader wants: by name of the stream or by type, by prefix or by a regular expression. */
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { status } from '@grpc/grpc-js';
import type { RawEvent } from '../embedded/raw-event.js';
import { CallFailure, invalidArgument } from './call-failure.js';
import { guardedTest } from './guarded-regex.js';

export interface EventFilter {
  /** Which of these are wanted, in order. @throws CallFailure the expression takes too long */
  readonly select: (events: readonly RawEvent[]) => readonly boolean[];
  /** Considered events after which a reader is told how far it is. */
  readonly window: number;
  readonly checkpointMultiplier: number;
}

/** What a client that sets no window gets. */
const WINDOW_DEFAULT = 32;
const PREFIXES_MAX = 1_000;

/** @throws CallFailure */
export function filterOf(
  options: streams.ReadReq.Options.FilterOptions | undefined,
): EventFilter | undefined {
  if (!options) return undefined;
  const byType = options.getEventType();
  const expression = byType ?? options.getStreamIdentifier();
  if (!expression) throw invalidArgument('the filter says not what it looks at');
  const textOf = (event: RawEvent) => (byType ? event.type : event.streamName);
  const test = testOf(expression);
  return {
    select: (events) => test(events.map(textOf)),
    window: (options.hasMax() && options.getMax()) || WINDOW_DEFAULT,
    checkpointMultiplier: options.getCheckpointintervalmultiplier() || 1,
  };
}

function testOf(
  expression: streams.ReadReq.Options.FilterOptions.Expression,
): (texts: readonly string[]) => readonly boolean[] {
  const regex = expression.getRegex();
  if (regex !== '') return guardedTest(compiled(regex));
  const prefixes = expression.getPrefixList();
  if (prefixes.length > PREFIXES_MAX) throw invalidArgument(`a filter has at most ${PREFIXES_MAX} prefixes`);
  return (texts) => texts.map((text) => prefixes.some((prefix) => text.startsWith(prefix)));
}

function compiled(regex: string): RegExp {
  try {
    return new RegExp(regex, 'u');
  } catch {
    throw new CallFailure(
      status.UNKNOWN,
      'Exception was thrown by handler: the regular expression is not one',
    );
  }
}
