import { type ImportGraph, touchedBy } from '@action-do/service-kit';

interface Loaded {
  /** As it was looked at, before it was loaded. */
  readonly state: string;
  /** The reload in which it was loaded; 0: the start. */
  readonly version: number;
  /** A module that imports it was loaded to its end. Until then Node may remember a failure of it. */
  proven: boolean;
}

/**
 * Every file that was ever loaded, as it was then: Node keeps what it first found under a URL, also while nobody imports
 * it, and also that it failed. As many entries as the modules of this process had files.
 */
export class LoadedFiles {
  private readonly byFile = new Map<string, Loaded>();

  /** @param stateOf a file as it is now: equal as long as nothing changes */
  constructor(private readonly stateOf: (file: string) => string) {}

  hasChanged(file: string): boolean {
    const loaded = this.byFile.get(file);
    return loaded !== undefined && loaded.state !== this.stateOf(file);
  }

  /** Those that whoever imports them would not get as they are now, and all that import one of them. */
  staleIn(graph: ImportGraph): Set<string> {
    const stale = new Set<string>();
    for (const [file, imported] of graph) {
      const loaded = this.byFile.get(file);
      if (loaded === undefined) continue;
      // Bound to an import as that was before: it was loaded anew for others.
      const isBound = imported.some((one) => (this.byFile.get(one)?.version ?? 0) > loaded.version);
      if (isBound || !loaded.proven || this.hasChanged(file)) stale.add(file);
    }
    return touchedBy(stale, graph);
  }

  /** Files of a module that is about to be loaded: the stale ones anew, and those that never were. */
  note(files: Iterable<string>, stale: ReadonlySet<string>, version: number): void {
    for (const file of files)
      if (stale.has(file) || !this.byFile.has(file))
        this.byFile.set(file, { state: this.stateOf(file), version, proven: false });
  }

  /** A module was loaded that has these files. */
  prove(files: Iterable<string>): void {
    for (const file of files) {
      const loaded = this.byFile.get(file);
      if (loaded !== undefined) loaded.proven = true;
    }
  }
}
