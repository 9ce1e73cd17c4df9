import {
  EffectFiles,
  type RunningWorker,
  startServing,
  temporaryFolder,
  WAY_ACTIONS,
  type WayName,
} from '@action-do/test-support';
import { e2eMode } from '../e2e-mode.js';
import { OnePlatform } from '../one-platform.js';
import { registerWay } from './register-way.js';

/** Whoever performs the actions of one way, as a test starts and ends it. */
export interface Performing {
  /** Whether it can be away while the platform is there. */
  readonly canBeAway: boolean;
  start(): Promise<void>;
  /** SIGKILL, in the middle of whatever it is at. */
  kill(): Promise<void>;
  /** SIGTERM: it ends what it is at. Where it ends with the platform, nothing. */
  stop(): Promise<void>;
}

/** The ways that there are: on a bus in-process, or on one that others reach. Functions last: the platform dies with them. */
export const waysHere = (): readonly WayName[] =>
  e2eMode() === 'in-process' ? ['function'] : ['bus', 'worker', 'function'];

/** One platform to which the same work is offered in each way, and the world outside that all of it changes. */
export class Ways {
  private readonly folder = temporaryFolder('action-do-ways');
  readonly files = new EffectFiles(this.folder.path);
  readonly one = new OnePlatform({
    ADO_WAYS: this.folder.path,
    DO_ACTIONS: WAY_ACTIONS.function,
    DO_LEASE_MS: '400',
  });

  async end(): Promise<void> {
    await this.one.end();
    this.folder.remove();
  }

  performing(way: WayName): Performing {
    switch (way) {
      case 'function':
        return this.functions();
      case 'worker':
        return this.process(() => this.one.startWorker({ DO_ACTIONS: WAY_ACTIONS.worker }));
      case 'bus':
        return this.process(async () => {
          const service = await startServing('ways/plain-bus-service.process.js', [], {
            DO_NATS_URL: this.one.natsServer.url,
            ADO_WAYS: this.folder.path,
          });
          await registerWay(this.one.caller, way, { kind: 'bus', answersAsk: false });
          return service;
        });
    }
  }

  /** In the platform itself: where it dies, they do. */
  private functions(): Performing {
    const { one } = this;
    return {
      canBeAway: false,
      start: async () => {
        if (one.platform.ended()) await one.start();
      },
      kill: () => one.platform.kill(),
      stop: async () => {},
    };
  }

  private process(begin: () => Promise<RunningWorker>): Performing {
    let running: RunningWorker | undefined;
    return {
      canBeAway: true,
      start: async () => {
        running = await begin();
      },
      kill: async () => running?.kill(),
      stop: async () => void (await running?.stop()),
    };
  }
}
