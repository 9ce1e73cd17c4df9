import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { EchoController } from './echo.controller.js';

@Module({ controllers: [EchoController] })
class EchoModule {}

/** The gateway's stack with nothing behind it: same framework, same way of taking bodies. */
const adapter = new FastifyAdapter({ genReqId: () => randomUUID() });
const fastify = adapter.getInstance();
fastify.removeAllContentTypeParsers();
fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
  done(null, body),
);
const app = await NestFactory.create<NestFastifyApplication>(EchoModule, adapter, {
  logger: false,
  bodyParser: false,
});
await app.listen(0, '127.0.0.1');
process.send?.(await app.getUrl());
process.once('disconnect', () => process.exit(0));
