import { type ImportGraph, touchedBy } from '@action-do/service-kit';

interface Loaded {
  /** As it was looked at, before it was loaded. */
  readonly state: string;
  /** What its relative imports led to then. */
  readonly imported: readonly string[];
  /** Number of the loading of a module that it was loaded for; 0: the start. */
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

  has(file: string): boolean {
    return this.byFile.has(file);
  }

  hasChanged(file: string): boolean {
    const loaded = this.byFile.get(file);
    return loaded !== undefined && loaded.state !== this.stateOf(file);
  }

  /** Those of which Node may hold something else than they are now, and all that import one of them. */
  outdatedIn(graph: ImportGraph): Set<string> {
    return touchedBy(new Set([...graph.keys()].filter((file) => this.isOutdated(file, graph))), graph);
  }

  /** Those that whoever imports them would not get as they are now, or with a failure that may be over. */
  staleIn(graph: ImportGraph): Set<string> {
    const unproven = [...graph.keys()].filter((file) => this.byFile.get(file)?.proven === false);
    return touchedBy(new Set([...unproven, ...this.outdatedIn(graph)]), graph);
  }

  /** Files of a module that is about to be loaded: the stale ones anew, and those that never were. */
  note(graph: ImportGraph, stale: ReadonlySet<string>, version: number): void {
    for (const [file, imported] of graph)
      if (stale.has(file) || !this.byFile.has(file))
        this.byFile.set(file, { state: this.stateOf(file), imported, version, proven: false });
  }

  /** A module was loaded that has these files. */
  prove(files: Iterable<string>): void {
    for (const file of files) {
      const loaded = this.byFile.get(file);
      if (loaded !== undefined) loaded.proven = true;
    }
  }

  private isOutdated(file: string, graph: ImportGraph): boolean {
    const loaded = this.byFile.get(file);
    // Never listed is not never loaded: who imports it may have been saved while it loaded.
    if (loaded === undefined || this.hasChanged(file)) return true;
    const imported = graph.get(file) ?? [];
    // Bound to an import as that was before it was loaded anew for others, or to the file that was in its place.
    return (
      imported.join('\n') !== loaded.imported.join('\n') ||
      imported.some((one) => (this.byFile.get(one)?.version ?? 0) > loaded.version)
    );
  }
}
