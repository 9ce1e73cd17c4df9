import type { RegisteredAction } from './registered-action.js';

/** The versions of actions, by name. Holds as many as its owner lets in. */
export class ActionVersions {
  private readonly byName = new Map<string, Map<number, RegisteredAction>>();

  /** Puts a version in, or in the place of what it was. */
  set(action: RegisteredAction): void {
    const versions = this.byName.get(action.name) ?? new Map<number, RegisteredAction>();
    this.byName.set(action.name, versions);
    versions.set(action.version, action);
  }

  has(name: string, version: number): boolean {
    return this.byName.get(name)?.has(version) === true;
  }

  get(name: string, version: number): RegisteredAction | null {
    return this.byName.get(name)?.get(version) ?? null;
  }

  /** @param except versions that are not meant */
  newest(name: string, except?: ReadonlyMap<number, unknown>): RegisteredAction | null {
    let newest: RegisteredAction | null = null;
    for (const action of this.byName.get(name)?.values() ?? [])
      if ((newest === null || action.version > newest.version) && !except?.has(action.version))
        newest = action;
    return newest;
  }

  versionsOf(name: string): number[] {
    return [...(this.byName.get(name)?.keys() ?? [])];
  }

  /** Any version of it. */
  hasAny(name: string): boolean {
    return this.byName.has(name);
  }

  isEmpty(): boolean {
    return this.byName.size === 0;
  }

  names(): Iterable<string> {
    return this.byName.keys();
  }

  delete(name: string, version: number): void {
    const versions = this.byName.get(name);
    versions?.delete(version);
    if (versions?.size === 0) this.byName.delete(name);
  }
}
