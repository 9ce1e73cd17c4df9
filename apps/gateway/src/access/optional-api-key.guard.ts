import { type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ApiKeyGuard } from './api-key.guard.js';

/** Lets everybody through who brings no key; one that is brought has to be valid. */
@Injectable()
export class OptionalApiKeyGuard extends ApiKeyGuard {
  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const { authorization } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    return !authorization || super.canActivate(context);
  }
}
