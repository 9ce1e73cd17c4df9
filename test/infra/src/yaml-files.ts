import { readdirSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { root, textOf } from './repository.js';

/** All documents of a file, with merges resolved. @throws Error anything that YAML 1.2 finds wrong, warnings included */
export function documentsOf(path: string): unknown[] {
  return parseAllDocuments(textOf(path), { merge: true, strict: true }).map((document) => {
    const wrong = [...document.errors, ...document.warnings];
    if (wrong.length > 0) throw new Error(`${path}: ${wrong.map(({ message }) => message).join('; ')}`);
    return document.toJS();
  });
}

export const kubernetesFiles = (): string[] =>
  readdirSync(`${root}infra/kubernetes`)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `infra/kubernetes/${name}`);
