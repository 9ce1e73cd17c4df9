import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** An answer of about the length that an execution gets. */
const PADDING = Buffer.from(`${' '.repeat(700)}\n`);

/** The floor: what Nest and Fastify cost for a request that nobody looks into. */
@Controller()
export class EchoController {
  @Post('echo')
  @HttpCode(200)
  echo(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    reply
      .status(200)
      .header('content-type', 'application/json; charset=utf-8')
      .header('cache-control', 'no-store')
      .send(Buffer.concat([body, PADDING]));
  }
}
