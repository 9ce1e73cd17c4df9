import { type NeedState, type Needs, startHealthServer } from './health-server.js';
import type { RunningService } from './run-service.js';

/** How it stands with something that a service needs. */
export type Probe = () => Promise<boolean | NeedState>;

/** A service tells here what there is by now; what it has not told yet is not there. */
export interface ToldHealth<N extends string> {
  readonly needs: Record<N, Probe>;
  readonly url: string;
}

const notYet: Probe = async () => false;

/**
 * A service whose health can be asked from the first moment of its start to the last of its end; a start that fails
 * lets go of the port.
 * @param names of what it needs, in the order of the answer
 * @throws what the listening failed with, and what `start` throws
 */
export async function withHealth<N extends string>(
  config: { readonly DO_HEALTH_HOST: string; readonly DO_HEALTH_PORT: number },
  names: readonly N[],
  start: (health: ToldHealth<N>) => Promise<RunningService>,
): Promise<RunningService> {
  const needs = Object.fromEntries(names.map((name) => [name, notYet])) as Record<N, Probe>;
  const health = await startHealthServer({
    host: config.DO_HEALTH_HOST,
    port: config.DO_HEALTH_PORT,
    needs: async (): Promise<Needs> =>
      Object.fromEntries(await Promise.all(names.map(async (name) => [name, await needs[name]()] as const))),
  });
  try {
    const { readyMessage, close } = await start({ needs, url: health.url });
    return {
      readyMessage,
      close: async () => {
        try {
          await close();
        } finally {
          await health.close();
        }
      },
    };
  } catch (error) {
    await health.close();
    throw error;
  }
}
