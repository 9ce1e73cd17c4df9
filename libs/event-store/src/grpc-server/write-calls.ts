/** The calls that write one thing: append, delete, tombstone. */
import shared from '@eventstore/db-client/generated/shared_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import {
  type handleClientStreamingCall,
  type handleUnaryCall,
  type sendUnaryData,
  status,
} from '@grpc/grpc-js';
import type { Expected, Refused, WriteOutcome, Written } from './append-outcome.js';
import { badRequest } from './append-outcome.js';
import type { BytesBudget } from './bytes-budget.js';
import { asFailure, CallFailure, failureOf } from './call-failure.js';
import { GatheredAppend } from './gathered-append.js';
import type { LogWriter, WriteRequest } from './log-writer.js';
import { type ExpectationOptions, expectedOf, nameBytesOf, streamNameOf } from './proposed-events.js';
import { stillWanted } from './still-wanted.js';
import { WRITE_TIMEOUT_MS, within } from './within.js';

type Report = (error: unknown) => void;

export function appendCall(
  writer: LogWriter,
  budget: BytesBudget,
  gatheringMs: number,
  report: Report,
): handleClientStreamingCall<streams.AppendReq, streams.AppendResp> {
  return (call, callback) => {
    const append = new GatheredAppend(budget);
    let request: WriteRequest | undefined;
    let isOver = false;
    let isWriting = false;
    const overdue = setTimeout(() => {
      const late = `the append did not end within ${gatheringMs} ms: nothing was written`;
      isOver = true;
      append.refuse(badRequest(late));
      callback(new CallFailure(status.DEADLINE_EXCEEDED, late));
    }, gatheringMs);
    call.on('data', (message: streams.AppendReq) => {
      const options = message.getOptions();
      const proposed = message.getProposedMessage();
      if (options && request === undefined) {
        const named = requestOf(options, options.hasRevision() ? options.getRevision() : undefined);
        if ('kind' in named) append.refuse(named);
        else {
          append.name(nameBytesOf(options.getStreamIdentifier()));
          request = named;
        }
      } else if (proposed) append.add(proposed);
    });
    const leave = () => {
      clearTimeout(overdue);
      // What is being written stays in memory, whoever waits for it.
      if (!isWriting) append.refuse(badRequest('the call ended early'));
    };
    call.on('cancelled', leave);
    call.on('error', leave);
    call.on('end', async () => {
      clearTimeout(overdue);
      if (isOver || !(await stillWanted(call))) return append.letGo();
      const asked = request ?? { stream: '', expected: 'any' as const };
      const refused = append.refused ?? (request ? undefined : badRequest('the append has no options'));
      isWriting = true;
      const writing = refused ? Promise.resolve(refused) : writer.append({ ...asked, events: append.events });
      const letGo = () => append.letGo();
      writing.then(letGo, letGo);
      answer(within(WRITE_TIMEOUT_MS, writing), callback, report, (outcome) => appendAnswer(outcome, asked));
    });
  };
}

export const deleteCall =
  (writer: LogWriter, report: Report): handleUnaryCall<streams.DeleteReq, streams.DeleteResp> =>
  async (call, callback) => {
    if (!(await stillWanted(call))) return;
    const { request } = call;
    const options = request.getOptions() ?? new streams.DeleteReq.Options();
    const named = requestOf(options, options.hasRevision() ? options.getRevision() : undefined);
    answer(
      written(named, (asked) => writer.softDelete(asked)),
      callback,
      report,
      (outcome) => {
        if (outcome.kind !== 'written') throw refusal(outcome, named);
        const answered = new streams.DeleteResp();
        const place = new streams.DeleteResp.Position();
        place.setCommitPosition(String(outcome.position)).setPreparePosition(String(outcome.position));
        return answered.setPosition(place);
      },
    );
  };

export const tombstoneCall =
  (writer: LogWriter, report: Report): handleUnaryCall<streams.TombstoneReq, streams.TombstoneResp> =>
  async (call, callback) => {
    if (!(await stillWanted(call))) return;
    const { request } = call;
    const options = request.getOptions() ?? new streams.TombstoneReq.Options();
    const named = requestOf(options, options.hasRevision() ? options.getRevision() : undefined);
    answer(
      written(named, (asked) => writer.tombstone(asked)),
      callback,
      report,
      (outcome) => {
        if (outcome.kind !== 'written') throw refusal(outcome, named);
        const answered = new streams.TombstoneResp();
        const place = new streams.TombstoneResp.Position();
        place.setCommitPosition(String(outcome.position)).setPreparePosition(String(outcome.position));
        return answered.setPosition(place);
      },
    );
  };

type NamingOptions = ExpectationOptions & { getStreamIdentifier(): shared.StreamIdentifier | undefined };

function requestOf(options: NamingOptions, revision: string | undefined): WriteRequest | Refused {
  const stream = streamNameOf(options.getStreamIdentifier());
  if (typeof stream === 'object') return stream;
  const expected = expectedOf(options, revision);
  return typeof expected === 'object' ? expected : { stream, expected };
}

const written = (
  named: WriteRequest | Refused,
  write: (request: WriteRequest) => Promise<WriteOutcome>,
): Promise<WriteOutcome> =>
  'kind' in named ? Promise.resolve(named) : within(WRITE_TIMEOUT_MS, write(named));

const refusal = (refused: Refused, named: WriteRequest | Refused) =>
  'kind' in named ? failureOf(refused, '', 'any') : failureOf(refused, named.stream, named.expected);

function answer<A>(
  outcome: Promise<WriteOutcome>,
  callback: sendUnaryData<A>,
  report: Report,
  made: (outcome: WriteOutcome) => A,
): void {
  outcome.then(made).then(
    (answered) => callback(null, answered),
    (error: unknown) => callback(asFailure(error, report)),
  );
}

/** A wrong revision is no failure here, but an answer. */
function appendAnswer(outcome: WriteOutcome, { stream, expected }: WriteRequest): streams.AppendResp {
  const answered = new streams.AppendResp();
  if (outcome.kind === 'written') return answered.setSuccess(successOf(outcome));
  if (outcome.kind === 'wrong-revision')
    return answered.setWrongExpectedVersion(wrongRevision(expected, outcome.actual));
  throw failureOf(outcome, stream, expected);
}

function successOf({ revision, position }: Written): streams.AppendResp.Success {
  const success = new streams.AppendResp.Success();
  if (revision === undefined) success.setNoStream(new shared.Empty());
  else success.setCurrentRevision(revision.toString());
  if (position === undefined) return success.setNoPosition(new shared.Empty());
  const place = new streams.AppendResp.Position();
  place.setCommitPosition(position.toString()).setPreparePosition(position.toString());
  return success.setPosition(place);
}

/** Older clients read the fields that end in 2060. */
function wrongRevision(
  expected: Expected,
  actual: bigint | undefined,
): streams.AppendResp.WrongExpectedVersion {
  const wrong = new streams.AppendResp.WrongExpectedVersion();
  const nothing = new shared.Empty();
  if (actual === undefined) wrong.setCurrentNoStream(nothing).setNoStream2060(nothing);
  else wrong.setCurrentRevision(actual.toString()).setCurrentRevision2060(Number(actual));
  if (typeof expected === 'bigint')
    return wrong.setExpectedRevision(expected.toString()).setExpectedRevision2060(Number(expected));
  if (expected === 'any') return wrong.setExpectedAny(nothing).setAny2060(nothing);
  if (expected === 'stream-exists')
    return wrong.setExpectedStreamExists(nothing).setStreamExists2060(nothing);
  return wrong.setExpectedNoStream(nothing);
}
