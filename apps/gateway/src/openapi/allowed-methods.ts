import { openApiDocument } from './openapi-document.js';

const ROUTES = Object.entries(openApiDocument().paths).map(([template, operations]) => ({
  pattern: new RegExp(`^${template.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
  methods: Object.keys(operations).flatMap((method) =>
    method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()],
  ),
}));

/** Methods that a path takes, by the contract; none for a path that there is not. @param url may have a query */
export function allowedMethods(url: string): readonly string[] {
  const [path = ''] = url.split('?');
  return ROUTES.find(({ pattern }) => pattern.test(path))?.methods ?? [];
}
