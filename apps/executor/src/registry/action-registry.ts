import type { ActionDefinition } from '@do-sdk/actions';
import { closest, distance } from 'fastest-levenshtein';
import { compileParamsCheck } from './params-check.js';
import type { RegisteredAction } from './registered-action.js';

/** The actions that this executor can perform, by name and version. */
export class ActionRegistry {
  private readonly byName = new Map<string, Map<number, RegisteredAction>>();

  /** @throws Error two definitions claim the same name and version */
  register(definition: ActionDefinition): RegisteredAction {
    const { name, version, policy, paramsJsonSchema } = definition;
    const versions = this.byName.get(name) ?? new Map<number, RegisteredAction>();
    if (versions.has(version)) throw new Error(`action ${name} version ${version} is defined twice`);
    const action = { name, version, policy, checkParams: compileParamsCheck(paramsJsonSchema), definition };
    versions.set(version, action);
    this.byName.set(name, versions);
    return action;
  }

  /** The version asked for, else the newest; null where there is none. */
  find(name: string, version?: number): RegisteredAction | null {
    const versions = this.byName.get(name);
    if (versions === undefined) return null;
    return versions.get(version ?? Math.max(...versions.keys())) ?? null;
  }

  versions(name: string): number[] {
    return [...(this.byName.get(name)?.keys() ?? [])].sort((a, b) => a - b);
  }

  all(): RegisteredAction[] {
    return [...this.byName.values()].flatMap((versions) => [...versions.values()]);
  }

  /** Names that a mistyped one may have meant, nearest first, at most three. */
  nearest(name: string): string[] {
    const names = [...this.byName.keys()];
    const first = names.length > 0 ? closest(name, names) : undefined;
    return names
      .map((candidate) => ({ candidate, far: distance(name, candidate) }))
      .filter(({ candidate, far }) => candidate === first || far <= Math.max(3, name.length / 3))
      .sort((a, b) => a.far - b.far || a.candidate.localeCompare(b.candidate))
      .slice(0, 3)
      .map(({ candidate }) => candidate);
  }
}
