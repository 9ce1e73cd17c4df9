import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ApiKeyVerifier } from '../access/verify-api-key.js';

/** For whoever watches the process: alive, and able to do its work. */
@Controller('health')
export class HealthController {
  constructor(@Inject(ApiKeyVerifier) private readonly verifier: ApiKeyVerifier) {}

  @Get('live')
  live(): { status: string } {
    return { status: 'ok' };
  }

  @Get('ready')
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const executor = (await this.verifier.reachesExecutor()) ? 'up' : 'down';
    reply
      .status(executor === 'up' ? 200 : 503)
      .header('content-type', 'application/json; charset=utf-8')
      .send(JSON.stringify({ status: executor === 'up' ? 'ok' : 'unavailable', executor }));
  }
}
