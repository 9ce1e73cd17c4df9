import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiKeyVerifier } from './access/verify-api-key.js';
import { GatewayModule, type GatewayParts } from './gateway.module.js';
import { createFastifyAdapter } from './http/fastify-adapter.js';

export interface GatewayOptions extends GatewayParts {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
}

export interface RunningGateway {
  readonly url: string;
  /** Whether it can do its work: what `/health/ready` tells. */
  reachesExecutor(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Listens for HTTP. `url` says where, with the port that was really taken.
 * @throws what the listening failed with (EADDRINUSE, EACCES), everything opened closed again
 */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const app = await NestFactory.create<NestFastifyApplication>(
    GatewayModule.register(options),
    createFastifyAdapter(),
    {
      bodyParser: false,
      // Everything that fails here is thrown or answered; Nest's own lines would stand between our JSON lines.
      logger: false,
      // Else Nest would end the process instead of throwing.
      abortOnError: false,
    },
  );
  try {
    await app.listen(options.port, options.host);
    const verifier = app.get(ApiKeyVerifier);
    return {
      url: await app.getUrl(),
      reachesExecutor: () => verifier.reachesExecutor(),
      close: () => app.close(),
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}
