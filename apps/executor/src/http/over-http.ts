import type { ActionRegistered, GivenTarget, Issue, TenantName } from '@action-do/contracts';
import type { Clock, Log } from '../ports.js';
import { LateAnswers } from '../remote/late-answers.js';
import type { MasterKey } from '../tenant/master-key.js';
import type { AllowList } from './allow-list.js';
import { type Dial, systemDial } from './connect.js';
import { Destinations } from './destinations.js';
import { HttpPerformer } from './http-performer.js';
import type { HttpMeans } from './http-service.js';
import { OpenConnections } from './open-connections.js';
import { type Resolve, SystemNames } from './resolve.js';

/** Attempts that were given up and are still waited for: each is an open connection. */
const LATE_MAX = 256;

/** How names are resolved and connections opened. */
export interface Network {
  readonly resolve: Resolve;
  readonly dial: Dial;
}

export interface OverHttpParts {
  readonly allow: AllowList;
  readonly network?: Network | undefined;
  readonly masterKey: MasterKey;
  readonly clock: Clock;
  readonly logger: Log;
}

/** All that one executor has performed by HTTP services. */
export class OverHttp {
  private readonly destinations: Destinations;
  private readonly connections = new OpenConnections();
  private readonly means: HttpMeans;

  constructor({ allow, network, ...own }: OverHttpParts) {
    const { resolve, dial } = network ?? {
      resolve: new SystemNames(own.clock).resolve,
      dial: systemDial,
    };
    this.destinations = new Destinations(allow, resolve, own.clock);
    const { destinations, connections } = this;
    this.means = { ...own, destinations, connections, dial, late: new LateAnswers(LATE_MAX) };
  }

  readonly perform = (tenant: TenantName, registered: ActionRegistered): HttpPerformer =>
    new HttpPerformer(this.means, tenant, registered);

  /** What is wrong with a service before it is ever called; empty where nothing is. */
  readonly checkTarget = (
    _tenant: TenantName,
    { url }: Extract<GivenTarget, { kind: 'http' }>,
  ): readonly Issue[] => {
    const read = this.destinations.read(url);
    return typeof read === 'string' ? [{ path: 'target.url', code: 'not_allowed', message: read }] : [];
  };

  /** Ends what is under way, for good. */
  close(): void {
    this.connections.close();
  }
}
