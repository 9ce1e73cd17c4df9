import { HEADERS } from '@action-do/contracts';
import { type BusReply, header } from '@action-do/messaging';
import { RequestRefused } from '../http/request-refused.js';
import { isForeign, type Sign } from './foreign-answer.js';

/** What a service answered: bytes to pass on, and what decides the HTTP status. */
export interface Answer extends BusReply {
  readonly errorCode: string | undefined;
}

/** @throws RequestRefused INTERNAL, which is logged: something else answered in the service's place */
export function readAnswer(reply: BusReply, subject: string, sign: Sign): Answer {
  const errorCode = header(reply.headers, HEADERS.errorCode);
  if (errorCode === undefined && isForeign(reply, sign))
    throw new RequestRefused(
      'INTERNAL',
      { detail: 'Something inside the platform gave an answer that is none.', effect: 'unknown' },
      new Error(`not an answer of the service on ${subject}: does a JetStream stream cover the subject?`),
    );
  return { payload: reply.payload, headers: reply.headers, errorCode };
}
