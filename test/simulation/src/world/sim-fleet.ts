import type { TenantName } from '@action-do/contracts';
import type { Bus } from '@action-do/messaging';
import type { Random, SimWorld } from '@action-do/test-support';
import { Outside } from './sim-actions.js';
import { SimExecutor } from './sim-executor.js';
import { SimGateway } from './sim-gateway.js';
import { SimNetwork } from './sim-network.js';
import { SimProjector } from './sim-projector.js';
import { startWorker } from './sim-worker.js';
import { writeTenant } from './write-tenant.js';

export type Role = 'executor' | 'gateway' | 'worker' | 'projector';

/** How many of each there are, and where the actions are performed. */
export interface FleetShape {
  readonly executors: number;
  /** The only executor of its log, as in standalone: when it starts, whoever held something before is dead. */
  readonly isAlone: boolean;
  readonly gateways: number;
  /** 0 = the executors perform the actions themselves. */
  readonly workers: number;
  readonly slots: number;
  readonly queue: number;
}

/** The processes of one run: starts them, ends them, and starts others in their place. */
export class SimFleet {
  readonly outside: Outside;
  readonly network: SimNetwork;
  readonly executors = new Map<string, SimExecutor>();
  readonly gateways = new Map<string, SimGateway>();
  private readonly roles = new Map<string, Role>();
  private readonly started: Record<Role, number> = { executor: 0, gateway: 0, worker: 0, projector: 0 };
  projector: SimProjector | undefined;

  constructor(
    readonly world: SimWorld,
    random: Random,
    readonly tenant: TenantName,
    readonly shape: FleetShape,
  ) {
    this.outside = new Outside(world);
    this.network = new SimNetwork(world, random);
  }

  async start(): Promise<void> {
    const { executors, gateways, workers } = this.shape;
    await writeTenant(this.world, this.tenant, workers > 0);
    for (let count = 0; count < executors; count++) this.startOne('executor');
    for (let count = 0; count < workers; count++) this.startOne('worker');
    for (let count = 0; count < gateways; count++) this.startOne('gateway');
    this.startOne('projector');
    await this.world.calm();
  }

  /** kill -9. @param landing what it has sent to the store still lands  @returns what it was, for another one to be started */
  kill(name: string, landing: boolean): Role {
    const role = this.roles.get(name);
    if (role === undefined) throw new Error(`there is no process ${name}`);
    this.world.crash(name, landing);
    this.roles.delete(name);
    this.executors.delete(name);
    this.gateways.get(name)?.end();
    this.gateways.delete(name);
    return role;
  }

  /** Names of those that are alive, of all roles or of one, in the order of their starts. */
  living(role?: Role): string[] {
    return [...this.roles].flatMap(([name, own]) => (role === undefined || own === role ? [name] : []));
  }

  startOne(role: Role): void {
    const name = `${role[0]}${++this.started[role]}`;
    this.roles.set(name, role);
    const bus = this.network.connect(name);
    switch (role) {
      case 'executor':
        this.executors.set(name, this.executor(name, bus));
        break;
      case 'gateway':
        this.gateways.set(name, new SimGateway(this.world, name, bus, this.tenant));
        break;
      case 'worker':
        startWorker(this.world, name, bus, this.tenant, this.outside);
        break;
      case 'projector':
        this.projector = new SimProjector(this.world, name, bus);
    }
  }

  private executor(name: string, bus: Bus): SimExecutor {
    const { slots, queue, workers, isAlone } = this.shape;
    const actions = workers > 0 ? [] : this.outside.performedBy(name);
    return new SimExecutor(this.world, name, bus, { slots, queue, actions, isAlone });
  }
}
