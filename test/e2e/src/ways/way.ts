import { randomBytes } from 'node:crypto';
import {
  EffectFiles,
  freePort,
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
  /** Whether it is told that somebody cancelled what it is at. */
  readonly hearsCancel: boolean;
  start(): Promise<void>;
  /** SIGKILL, in the middle of whatever it is at. */
  kill(): Promise<void>;
  /** SIGTERM: it ends what it is at. Where it ends with the platform, nothing. */
  stop(): Promise<void>;
}

/** `npm test` has no time for what waits, and starts processes; CI runs all of it, on a bus in-process, too. */
export const isWhole = e2eMode() !== 'in-process' || process.env['ADO_E2E_WHOLE'] !== undefined;

/** The ways that there are: on a bus in-process, or on one that others reach. Functions last: the platform dies with them. */
export function waysHere(): readonly WayName[] {
  if (e2eMode() !== 'in-process') return ['bus', 'http', 'worker', 'function'];
  return isWhole ? ['http', 'function'] : ['function'];
}

/** One platform to which the same work is offered in each way, and the world outside that all of it changes. */
export class Ways {
  private readonly folder = temporaryFolder('action-do-ways');
  readonly files = new EffectFiles(this.folder.path);
  readonly one = new OnePlatform({
    ADO_WAYS: this.folder.path,
    DO_ACTIONS: WAY_ACTIONS.function,
    DO_LEASE_MS: '400',
    DO_HTTP_ALLOW: 'localhost',
  });
  /** Of the service over HTTP: wherever it is started again, it is found. */
  private port: number | undefined;
  private readonly secret = `whsec_${randomBytes(32).toString('base64')}`;

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
          await registerWay(this.one.caller, way, { kind: 'bus', answersAsk: false });
          return startServing('ways/plain-bus-service.process.js', [], {
            DO_NATS_URL: this.one.natsServer.url,
            ADO_WAYS: this.folder.path,
          });
        });
      case 'http':
        return this.process(async () => {
          this.port ??= await freePort();
          const url = `http://localhost:${this.port}/`;
          await registerWay(this.one.caller, way, { kind: 'http', url, secret: this.secret });
          return startServing('ways/plain-http-service.process.js', [], {
            PORT: String(this.port),
            ADO_WAYS: this.folder.path,
          });
        }, false);
    }
  }

  /** In the platform itself: where it dies, they do. */
  private functions(): Performing {
    const { one } = this;
    return {
      canBeAway: false,
      hearsCancel: true,
      start: async () => {
        if (one.platform.ended()) await one.start();
      },
      kill: () => one.platform.kill(),
      stop: async () => {},
    };
  }

  private process(begin: () => Promise<RunningWorker>, hearsCancel = true): Performing {
    let running: RunningWorker | undefined;
    return {
      canBeAway: true,
      hearsCancel,
      start: async () => {
        running = await begin();
      },
      kill: async () => running?.kill(),
      stop: async () => void (await running?.stop()),
    };
  }
}
