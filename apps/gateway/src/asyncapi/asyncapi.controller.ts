import { Controller, Get } from '@nestjs/common';
import { asyncApiDocument } from './asyncapi-document.js';

/** Serves what can be said on the bus; open to everybody, since it tells nothing of a deployment. */
@Controller('v1/asyncapi.json')
export class AsyncApiController {
  private readonly document = asyncApiDocument();

  @Get()
  get(): object {
    return this.document;
  }
}
