import type { ActionRegistered, ActionRetired, TenantName } from '@action-do/contracts';
import type { RegistryState } from '@action-do/domain';
import type { ActionDefinition } from '@do-sdk/actions';
import { closest, distance } from 'fastest-levenshtein';
import type { Performer } from '../execution/performer.js';
import { ActionVersions } from './action-versions.js';
import { keepingFailures } from './keep-failures.js';
import { localPerformer } from './local-performer.js';
import type { RegisteredAction } from './registered-action.js';
import { RemoteActions } from './remote-actions.js';
import { RetiredVersions } from './retired-versions.js';
import { paramsCheck, resultCheck } from './schema-checks.js';
import { SeenRevisions } from './seen-revisions.js';

/** Makes the performer of a contract whose attempts are performed elsewhere. */
export type PerformElsewhere = (tenant: TenantName, registered: ActionRegistered) => Performer;

/**
 * The actions that this executor can have performed: its own definitions, which are every tenant's, and what each tenant
 * has registered for workers on the bus and services over HTTP. What is defined here is performed here, whatever was
 * registered. A retired version is found like any other, for what is under way; whoever has new work asks besides
 * whether it is.
 */
export class ActionRegistry {
  private readonly own = new ActionVersions();
  /** What this process performed until its module left it out: one entry for each that was ever taken out. */
  private readonly withdrawn = new ActionVersions();
  private readonly remote = new RemoteActions();
  private readonly seen = new SeenRevisions();
  private readonly retired = new RetiredVersions((name) => this.own.hasAny(name));
  readonly definitions: ActionDefinition[] = [];

  /** @param performOverHttp null: HTTP services are not called from here */
  constructor(
    private readonly performOnBus: PerformElsewhere,
    private readonly performOverHttp: PerformElsewhere | null = null,
  ) {}

  /** @throws Error two definitions claim the same name and version */
  register(definition: ActionDefinition): RegisteredAction {
    const { name, version } = definition;
    if (this.own.has(name, version)) throw new Error(`action ${name} version ${version} is defined twice`);
    const action = ofDefinition(definition);
    this.own.set(action);
    this.definitions.push(definition);
    return action;
  }

  /**
   * Puts definitions in the place of others, all at once. An attempt under way ends with the code that it began with. A
   * version that is left out is kept for what names it: what is under way, and calls that ask for that very version.
   * @throws Error one of them cannot be called; then nothing has changed
   */
  replaceOwn(former: readonly ActionDefinition[], definitions: readonly ActionDefinition[]): void {
    const actions = definitions.map(ofDefinition);
    for (const { name, version } of former) {
      const left = this.own.get(name, version);
      if (left !== null) this.withdrawn.set(left);
      this.own.delete(name, version);
    }
    for (const action of actions) {
      this.own.set(action);
      this.withdrawn.delete(action.name, action.version);
    }
    const others = this.definitions.filter((definition) => !former.includes(definition));
    this.definitions.splice(0, this.definitions.length, ...others, ...definitions);
  }

  /** Takes in what the log says of an action, but where more of its stream was taken in before. */
  take(tenant: TenantName, name: string, { revision, versions }: RegistryState): void {
    if (versions.size === 0 || !this.seen.note(tenant, name, revision)) return;
    for (const { registered, retired } of versions.values()) this.learn(tenant, registered, retired);
  }

  /** Takes in the newest that the log says of a version of a tenant. @param retired null also where only an older word is known */
  learn(tenant: TenantName, registered: ActionRegistered, retired: ActionRetired | null = null): void {
    if (retired !== null) this.noteRetired(tenant, retired);
    const {
      name,
      version,
      policy,
      paramsJsonSchema,
      resultJsonSchema,
      hasUndo = false,
    } = registered.contract;
    const perform = this.performerOf(registered);
    // Performed by an executor that has the definition, or that may call its service.
    if (perform === null) this.remote.delete(tenant, name, version);
    if (perform === null || this.remote.holds(tenant, registered)) return;
    const checkParams = paramsCheck(paramsJsonSchema, 'other');
    const performer = keepingFailures(perform(tenant, registered), registered.contract);
    const checkResult = resultCheck(resultJsonSchema, 'other');
    const action = { name, version, policy, checkParams, checkResult, hasUndo, performer };
    this.remote.set(tenant, action, registered);
  }

  private performerOf({ target }: ActionRegistered): PerformElsewhere | null {
    if (target === 'bus') return this.performOnBus;
    return target === 'http' ? this.performOverHttp : null;
  }

  /** Whether this process may call HTTP services. */
  get reachesHttp(): boolean {
    return this.performOverHttp !== null;
  }

  /** A version of a tenant was retired. */
  noteRetired(tenant: TenantName, retired: ActionRetired): void {
    this.retired.note(tenant, retired);
  }

  /** What was said when that version was retired; null where it takes new work, as far as is known here. */
  retirement(tenant: TenantName, name: string, version: number): ActionRetired | null {
    return this.retired.of(tenant, name)?.get(version) ?? null;
  }

  /** Whether this very process performs that version, for every tenant. */
  isOwn(name: string, version: number): boolean {
    return this.own.has(name, version);
  }

  /**
   * The version asked for; else the newest that takes new work, and where there is none the newest that is retired. Of what
   * is known here; null where there is none.
   */
  find(tenant: TenantName, name: string, version?: number): RegisteredAction | null {
    const remote = this.remote.versionsOf(tenant);
    if (version !== undefined)
      return this.own.get(name, version) ?? remote?.get(name, version) ?? this.withdrawn.get(name, version);
    const retired = this.retired.of(tenant, name);
    const newest = (except?: ReadonlyMap<number, unknown>): RegisteredAction | null =>
      newer(this.own.newest(name, except), remote?.newest(name, except) ?? null);
    return newest(retired) ?? (retired === undefined ? null : newest());
  }

  /** Those that take new work, in ascending order. */
  versions(tenant: TenantName, name: string): number[] {
    const all = [...this.own.versionsOf(name), ...(this.remote.versionsOf(tenant)?.versionsOf(name) ?? [])];
    const retired = this.retired.of(tenant, name);
    return [...new Set(all)].filter((version) => !retired?.has(version)).sort((a, b) => a - b);
  }

  /** Names that a mistyped one may have meant, nearest first, at most three. */
  nearest(tenant: TenantName, name: string): string[] {
    const names = [
      ...new Set([...this.own.names(), ...(this.remote.versionsOf(tenant)?.names() ?? [])]),
    ].filter((known) => this.versions(tenant, known).length > 0);
    const first = names.length > 0 ? closest(name, names) : undefined;
    return names
      .map((candidate) => ({ candidate, far: distance(name, candidate) }))
      .filter(({ candidate, far }) => candidate === first || far <= Math.max(3, name.length / 3))
      .sort((a, b) => a.far - b.far || a.candidate.localeCompare(b.candidate))
      .slice(0, 3)
      .map(({ candidate }) => candidate);
  }
}

function ofDefinition(definition: ActionDefinition): RegisteredAction {
  const { name, version, policy, concurrency, paramsJsonSchema, resultJsonSchema } = definition;
  return {
    name,
    version,
    policy,
    // At once: what cannot be compiled is said when it is defined.
    checkParams: paramsCheck(paramsJsonSchema, 'own'),
    checkResult: lazily(() => resultCheck(resultJsonSchema, 'own')),
    hasUndo: definition.undo !== undefined,
    ...(concurrency === undefined ? {} : { concurrency }),
    performer: localPerformer(definition),
  };
}
const newer = (own: RegisteredAction | null, theirs: RegisteredAction | null): RegisteredAction | null =>
  own === null || (theirs !== null && theirs.version > own.version) ? theirs : own;

/** A schema takes milliseconds to compile, and not every version that is known is called. */
function lazily<A, B>(make: () => (value: A) => B): (value: A) => B {
  let made: ((value: A) => B) | undefined;
  return (value) => {
    made ??= make();
    return made(value);
  };
}
