interface Node<T> {
  /** By token; `*` and `>` are keys like any other, for no subject can contain them. */
  readonly children: Map<string, Node<T>>;
  readonly values: Set<T>;
}

const makeNode = <T>(): Node<T> => ({ children: new Map(), values: new Set() });

/**
 * Values filed under patterns, found by subject. A look-up visits only branches that match so far, so its cost
 * grows with the length of the subject and not with the number of patterns. Takes well-formed input on trust.
 */
export class SubjectTrie<T> {
  readonly #root = makeNode<T>();

  add(pattern: string, value: T): void {
    let node = this.#root;
    for (const token of pattern.split('.')) {
      let child = node.children.get(token);
      if (child === undefined) {
        child = makeNode();
        node.children.set(token, child);
      }
      node = child;
    }
    node.values.add(value);
  }

  /** Leaves no empty branch behind: subjects may name executions, of which there is no end. */
  remove(pattern: string, value: T): void {
    removeFrom(this.#root, pattern.split('.'), 0, value);
  }

  match(subject: string): T[] {
    const found: T[] = [];
    collect(this.#root, subject.split('.'), 0, found);
    return found;
  }

  get isEmpty(): boolean {
    return this.#root.children.size === 0;
  }
}

function removeFrom<T>(node: Node<T>, tokens: readonly string[], depth: number, value: T): void {
  const token = tokens[depth];
  if (token === undefined) {
    node.values.delete(value);
    return;
  }
  const child = node.children.get(token);
  if (child === undefined) return;
  removeFrom(child, tokens, depth + 1, value);
  if (child.children.size === 0 && child.values.size === 0) node.children.delete(token);
}

function collect<T>(node: Node<T>, tokens: readonly string[], depth: number, found: T[]): void {
  const token = tokens[depth];
  if (token === undefined) {
    for (const value of node.values) found.push(value);
    return;
  }
  const rest = node.children.get('>');
  if (rest !== undefined) for (const value of rest.values) found.push(value);
  const exact = node.children.get(token);
  if (exact !== undefined) collect(exact, tokens, depth + 1, found);
  const any = node.children.get('*');
  if (any !== undefined) collect(any, tokens, depth + 1, found);
}
