import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Asker } from '../bus/asker.js';
import { RequestRefused } from '../http/request-refused.js';
import { ApiKeyVerifier, type Caller } from './verify-api-key.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard on every route that wants a key. */
    caller?: Caller;
    /** By the asker's clock; likewise. */
    arrivedAtMs?: number;
  }
}

const BEARER = /^Bearer +(\S+) *$/i;

/** Lets nobody through without a valid key in the Authorization header. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    @Inject(ApiKeyVerifier) private readonly verifier: ApiKeyVerifier,
    @Inject(Asker) private readonly asker: Asker,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    request.arrivedAtMs = this.asker.nowMs();
    const { authorization } = request.headers;
    if (authorization === undefined) throw refuse('The header Authorization is missing.');
    const key = BEARER.exec(authorization)?.[1];
    if (key === undefined) throw refuse('The header Authorization must be Bearer <key>.');
    const caller = await this.verifier.verify(key);
    if (caller === null) throw refuse('The API key is not valid.');
    request.caller = caller;
    return true;
  }
}

const refuse = (detail: string): RequestRefused => new RequestRefused('UNAUTHENTICATED', { detail });

/** Since when the caller waits: the time in which its key was looked up counts. */
export function arrivedAtMs({ arrivedAtMs: atMs }: FastifyRequest): number {
  if (atMs === undefined) throw new Error('a route without the guard asks since when the caller waits');
  return atMs;
}

/** The caller that the guard has verified. */
export function callerOf({ caller }: FastifyRequest): Caller {
  if (caller === undefined) throw new Error('a route without the guard asks who is calling');
  return caller;
}
