/** Batch appends as bare messages, to be bent out of shape. */
import { randomUUID } from 'node:crypto';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { type Ended, identifier, nothing, type RawClient, untilEnd, uuid } from './raw-client.js';

export type Proposed = streams.BatchAppendReq.ProposedMessage;
export type BatchOptions = streams.BatchAppendReq.Options;

/** An event as either way to append proposes it. */
export function proposed<M extends streams.AppendReq.ProposedMessage | Proposed>(message: M): M {
  message.setId(uuid(randomUUID())).setData(Buffer.from('{}'));
  message.getMetadataMap().set('type', 'Noted').set('content-type', 'application/json');
  return message;
}

export const message = (): Proposed => proposed(new streams.BatchAppendReq.ProposedMessage());

export const batchOptions = (stream = `raw-${randomUUID()}`): BatchOptions =>
  new streams.BatchAppendReq.Options().setStreamIdentifier(identifier(stream)).setAny(nothing());

export function batchRequest(
  options: BatchOptions | undefined,
  messages: Proposed[],
  isFinal = true,
): streams.BatchAppendReq {
  const request = new streams.BatchAppendReq().setIsFinal(isFinal).setProposedMessagesList(messages);
  request.setCorrelationId(uuid(randomUUID()));
  return options ? request.setOptions(options) : request;
}

/** One call with all of them; @returns its answers, in the order in which they came */
export async function batchOf(
  client: RawClient,
  requests: readonly streams.BatchAppendReq[],
): Promise<Ended<streams.BatchAppendResp>> {
  const call = client.batchAppend();
  const ended = untilEnd(call);
  for (const request of requests) call.write(request);
  call.end();
  return ended;
}
