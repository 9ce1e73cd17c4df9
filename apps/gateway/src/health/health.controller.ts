import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ApiKeyVerifier } from '../access/verify-api-key.js';
import { ConnectionDrain } from '../http/connection-drain.js';

/** For whoever watches the process: alive, and able to do its work. */
@Controller('health')
export class HealthController {
  constructor(
    @Inject(ApiKeyVerifier) private readonly verifier: ApiKeyVerifier,
    @Inject(ConnectionDrain) private readonly drain: Pick<ConnectionDrain, 'isDraining'>,
  ) {}

  @Get('live')
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  async ready(@Res() reply: FastifyReply): Promise<void> {
    // First, and without asking anybody: it still does its work, for those who have not seen this yet.
    if (this.drain.isDraining) return answer(reply, { status: 'draining' });
    const executor = (await this.verifier.reachesExecutor()) ? 'up' : 'down';
    answer(reply, { status: executor === 'up' ? 'ok' : 'unavailable', executor });
  }
}

function answer(reply: FastifyReply, health: { readonly status: string; readonly executor?: string }): void {
  reply
    .status(health.status === 'ok' ? 200 : 503)
    .header('content-type', 'application/json; charset=utf-8')
    .send(JSON.stringify(health));
}
