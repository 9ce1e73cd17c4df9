import { HEADERS, Problem } from '@action-do/contracts';
import { header } from '@action-do/messaging';
import type { FastifyReply } from 'fastify';
import { retryAfterSeconds, sendProblem } from '../http/send-problem.js';
import type { Answer } from './answer.js';

const PASSED_ON = [
  HEADERS.idempotencyKey,
  HEADERS.idempotencyStatus,
  HEADERS.idempotencyGeneration,
  HEADERS.shouldRetry,
];

/** Passes an answer on. A body that is no error goes through untouched, byte for byte (I6). */
export function sendReply(reply: FastifyReply, answer: Answer): void {
  for (const name of PASSED_ON) {
    const value = header(answer.headers, name);
    if (value !== undefined) reply.header(name, value);
  }
  if (answer.errorCode === undefined) sendOutcome(reply, answer);
  else sendServiceProblem(reply, answer);
}

function sendOutcome(reply: FastifyReply, answer: Answer): void {
  const id = header(answer.headers, HEADERS.executionId);
  if (header(answer.headers, HEADERS.idempotencyStatus) === 'pending') {
    reply
      .status(202)
      .header('location', `/v1/executions/${id}`)
      .header(
        'retry-after',
        retryAfterSeconds(Number(header(answer.headers, HEADERS.retryAfterMs) ?? '1000')),
      );
  } else reply.status(200);
  reply
    .header('content-type', 'application/json; charset=utf-8')
    .header('cache-control', 'no-store')
    .send(Buffer.from(answer.payload.buffer, answer.payload.byteOffset, answer.payload.byteLength));
}

/** Adds what only HTTP knows to the service's error object: the status and the request's id. */
function sendServiceProblem(reply: FastifyReply, answer: Answer): void {
  const body: unknown = JSON.parse(new TextDecoder().decode(answer.payload));
  const parsed = Problem.loose().parse(body);
  sendProblem(reply, parsed);
}
