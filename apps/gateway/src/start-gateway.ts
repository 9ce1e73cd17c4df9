import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiKeyVerifier } from './access/verify-api-key.js';
import { GatewayModule, type GatewayParts } from './gateway.module.js';
import { ConnectionDrain } from './http/connection-drain.js';
import { createFastifyAdapter } from './http/fastify-adapter.js';
import { oneAddress } from './one-address.js';

export interface GatewayOptions extends GatewayParts {
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
}

export interface RunningGateway {
  readonly url: string;
  /** Whether it can do its work: what `/health/ready` tells. */
  reachesExecutor(): Promise<boolean>;
  /**
   * It is not ready any more, and goes on until nobody asks, `mostMs` milliseconds at most. Resolves when it does not listen
   * any more; what was asked until then is still to be answered.
   */
  stopListening(mostMs: number): Promise<void>;
  /**
   * Stops listening at once, if it has not yet, and resolves when all have their answers. Who sends only a part of a request, or
   * does not read the answer, is waited for so long. Milliseconds
   */
  close(withinMs: number): Promise<void>;
}

/**
 * Listens for HTTP. `url` says where, with the port that was really taken.
 * @throws what the listening failed with (EADDRINUSE, EACCES), everything opened closed again
 */
export async function startGateway(options: GatewayOptions): Promise<RunningGateway> {
  const adapter = createFastifyAdapter();
  const drain = new ConnectionDrain(adapter.getInstance());
  const app = await NestFactory.create<NestFastifyApplication>(
    GatewayModule.register(options, drain),
    adapter,
    {
      bodyParser: false,
      // Everything that fails here is thrown or answered; Nest's own lines would stand between our JSON lines.
      logger: false,
      // Else Nest would end the process instead of throwing.
      abortOnError: false,
    },
  );
  try {
    await app.listen(options.port, await oneAddress(options.host));
    const verifier = app.get(ApiKeyVerifier);
    return {
      url: await app.getUrl(),
      reachesExecutor: () => verifier.reachesExecutor(),
      stopListening: (mostMs) => drain.stopListening(mostMs),
      close: async (withinMs) => {
        await drain.ended(withinMs);
        await app.close();
      },
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}
