import { Controller, Get } from '@nestjs/common';
import { openApiDocument } from './openapi-document.js';

/** Serves the contract; open to everybody, since it tells nothing but what this page of the docs tells. */
@Controller('v1/openapi.json')
export class OpenApiController {
  private readonly document = openApiDocument();

  @Get()
  get(): object {
    return this.document;
  }
}
