/**
 * The Read call: four kinds of reading, one way to send. A slow reader costs one page: nothing is read of the log while what
 * was sent is not taken.
 */
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { type handleServerStreamingCall, type ServerWritableStream, status } from '@grpc/grpc-js';
import type { RawEvent } from '../embedded/raw-event.js';
import type { Activity } from './activity.js';
import { asFailure, CallFailure } from './call-failure.js';
import { followAllEvents } from './follow-all-events.js';
import { followStreamEvents } from './follow-stream-events.js';
import type { LogView } from './log-view.js';
import { readAllEvents } from './read-all-events.js';
import { type ReadRequest, readRequestOf, type StreamRead } from './read-request.js';
import { readStreamEvents, refuseEmptyRead, streamToRead } from './read-stream-events.js';
import { resolveLink } from './resolve-link.js';
import { confirmation, onTheWire, type ReadAnswer } from './wire-events.js';

/** Answers are written as bytes: see event-bytes.ts. */
type Call = ServerWritableStream<streams.ReadReq, Buffer>;

export function readCall(
  view: LogView,
  activity: Activity,
  readsMax: number,
  report: (error: unknown) => void,
): handleServerStreamingCall<streams.ReadReq, Buffer> {
  return (call) => {
    const { openReads, openSubscriptions } = activity.counts;
    if (openReads + openSubscriptions >= readsMax) {
      call.emit('error', new CallFailure(status.RESOURCE_EXHAUSTED, `${readsMax} reads are open`));
      return;
    }
    void serve(view, call, activity, report);
  };
}

/** Never rejects: whatever happens ends the call. */
async function serve(
  view: LogView,
  call: Call,
  activity: Activity,
  report: (error: unknown) => void,
): Promise<void> {
  const left = new AbortController();
  call.on('cancelled', () => left.abort());
  call.on('error', () => left.abort());
  call.on('close', () => left.abort());
  try {
    const request = readRequestOf(call.request);
    const answered = () => sendAnswers(view, call, request, left.signal, activity);
    if (request.howLong === 'follow') await activity.subscription(answered);
    else await activity.read(answered);
    if (!left.signal.aborted) call.end();
  } catch (error) {
    if (!left.signal.aborted) call.emit('error', asFailure(error, report));
  }
}

async function sendAnswers(
  view: LogView,
  call: Call,
  request: ReadRequest,
  signal: AbortSignal,
  activity: Activity,
): Promise<void> {
  if (request.howLong === 'follow') call.write(confirmation());
  for await (const page of answersTo(view, request, signal)) {
    for (const answer of page) {
      if (answer.kind === 'event') activity.countRead();
      const message = onTheWire(resolved(view, request, answer), request.structuredIds);
      if (!call.write(message)) await taken(call, signal);
      if (signal.aborted) return;
    }
  }
}

/** Resolves when the next message may follow, or when nobody listens any more. */
function taken(call: Call, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      call.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    call.on('drain', done);
    signal.addEventListener('abort', done);
  });
}

const resolved = (view: LogView, request: ReadRequest, answer: ReadAnswer): ReadAnswer =>
  answer.kind === 'event' && answer.event && request.resolveLinks
    ? { kind: 'event', ...resolveLink(view, answer.event) }
    : answer;

/** Page by page. An error comes behind the page before it. */
function answersTo(
  view: LogView,
  request: ReadRequest,
  signal: AbortSignal,
): AsyncIterable<readonly ReadAnswer[]> {
  if (request.kind === 'all')
    return request.howLong === 'follow'
      ? followAllEvents(view, request, signal)
      : asAnswers(readAllEvents(view, request, signal));
  return request.howLong === 'follow'
    ? followStreamEvents(view, request, signal)
    : streamAnswers(view, request);
}

async function* streamAnswers(view: LogView, request: StreamRead): AsyncGenerator<readonly ReadAnswer[]> {
  const { stream, wantsLastRevision } = request;
  refuseEmptyRead(request);
  const known = streamToRead(view, stream);
  if (!known) {
    yield [{ kind: 'stream-not-found', stream }];
    return;
  }
  yield* asAnswers(readStreamEvents(view, request, known));
  if (wantsLastRevision) yield [{ kind: 'last-revision', revision: known.lastRevision ?? 0 }];
}

async function* asAnswers(pages: AsyncIterable<readonly RawEvent[]>): AsyncGenerator<readonly ReadAnswer[]> {
  for await (const page of pages) yield page.map((event) => ({ kind: 'event', event }));
}
