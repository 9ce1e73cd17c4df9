import { type ErrorCode, type Problem, problem } from '@action-do/contracts';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Inject } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { GATEWAY_LOG, type GatewayLog } from '../gateway-log.js';
import { allowedMethods } from '../openapi/allowed-methods.js';
import { RequestRefused } from './request-refused.js';
import { sendProblem } from './send-problem.js';

/** What Nest and Fastify refuse by themselves, in our words. */
const BY_STATUS: Partial<Record<number, { code: ErrorCode; detail: string }>> = {
  400: { code: 'REQUEST_INVALID', detail: 'The request could not be read as HTTP.' },
  404: { code: 'NOT_FOUND', detail: 'There is no such path; /v1/openapi.json lists them.' },
  405: { code: 'METHOD_NOT_ALLOWED', detail: 'The path does not take this method.' },
  413: { code: 'PAYLOAD_TOO_LARGE', detail: 'The body is over 256 KiB.' },
  414: { code: 'REQUEST_INVALID', detail: 'The path is too long.' },
  415: { code: 'UNSUPPORTED_MEDIA_TYPE', detail: 'The body must be sent as application/json.' },
};

/** The only place where an error becomes an HTTP answer. Nothing of the inside gets out: no stack, no message of ours. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(@Inject(GATEWAY_LOG) private readonly log: GatewayLog) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    sendProblem(reply, methodProblem(error, reply) ?? this.toProblem(error, reply.request.id));
  }

  private toProblem(error: unknown, requestId: string): Problem {
    if (error instanceof RequestRefused) {
      if (error.problem.code === 'INTERNAL') this.report(error.cause, requestId);
      return error.problem;
    }
    const known = BY_STATUS[statusOf(error)];
    if (known) return problem(known.code, { detail: known.detail, source: 'gateway' });
    this.report(error, requestId);
    return problem('INTERNAL', { source: 'gateway' });
  }

  private report(err: unknown, requestId: string): void {
    this.log.error({ err, requestId }, 'a request ended in an error of ours');
  }
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status =
    typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : 500;
  return typeof status === 'number' ? status : 500;
}

/** The router knows routes by method and path at once, so a path with another method looks to it like none at all. */
function methodProblem(error: unknown, reply: FastifyReply): Problem | null {
  if (!(error instanceof HttpException) || error.getStatus() !== 404) return null;
  const methods = allowedMethods(reply.request.url);
  if (methods.length === 0) return null;
  reply.header('allow', methods.join(', '));
  return problem('METHOD_NOT_ALLOWED', {
    detail: `The path takes ${methods.join(', ')}, not ${reply.request.method}.`,
    source: 'gateway',
  });
}
