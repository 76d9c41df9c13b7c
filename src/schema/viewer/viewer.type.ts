/** Who this server is to Keepnet: where its answers come from, and what its credential may do. */
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import type { Upstream } from '../context.js';
import { NamedRef } from '../named-ref.type.js';
import { DateTimeScalar } from '../scalars.js';

const UpstreamEnum = { KEEPNET: 'KEEPNET', SIMULATOR: 'SIMULATOR' } as const satisfies Record<Upstream, Upstream>;

registerEnumType(UpstreamEnum, {
  name: 'Upstream',
  description: 'Where the answers come from.',
  valuesConfig: {
    KEEPNET: { description: 'Keepnet itself.' },
    SIMULATOR: { description: 'The embedded simulator: invented companies and people.' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'What the Keepnet token says of the credential.' })
export class Credential {
  @Field(() => String, { nullable: true, description: 'Role, for example `Reseller`.' })
  role: string | null;

  @Field(() => NamedRef, {
    nullable: true,
    description: "The credential's own company: for a reseller never a customer.",
  })
  company: NamedRef | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Permissions as `path|METHOD`; null where Keepnet does not tell.',
  })
  permissions: readonly string[] | null;

  @Field(() => DateTimeScalar, { description: 'When the present token ends; it is renewed before.' })
  tokenExpiresAt: string;
}

@ObjectType({ simpleResolvers: true, description: 'Who is asking, and through what.' })
export class Viewer {
  @Field(() => UpstreamEnum, { description: 'Where the answers come from. Free.' })
  upstream: Upstream;
}
