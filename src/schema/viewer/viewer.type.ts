/** Who asks and what he may; and who this server is to Keepnet: where its answers come from, and what its credential may do. */
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { Ability, Caller } from '../../access/caller.js';
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

const ViewerVia = { OPEN: 'OPEN', KEY: 'KEY', JWT: 'JWT' } as const satisfies Record<Caller['via'], Caller['via']>;

registerEnumType(ViewerVia, {
  name: 'ViewerVia',
  description: 'How you said who you are.',
  valuesConfig: {
    OPEN: { description: 'Not at all: the server answers everybody on its machine.' },
    KEY: { description: 'By an API key.' },
    JWT: { description: 'By a token of the organisation that the server trusts.' },
  },
});

const ViewerAbility = { READ: 'READ', TABLES: 'TABLES', EXPORT: 'EXPORT', ADMIN: 'ADMIN' } as const satisfies Record<
  Uppercase<Ability>,
  Uppercase<Ability>
>;

registerEnumType(ViewerAbility, {
  name: 'ViewerAbility',
  description: 'What a credential may be used for.',
  valuesConfig: {
    READ: { description: 'Asking the graph.' },
    TABLES: { description: 'Reading tables for BI tools.' },
    EXPORT: { description: 'Starting, repeating and cancelling exports.' },
    ADMIN: { description: 'All of these, and what concerns the server itself.' },
  },
});

const CompanyGrantKind = { ALL: 'ALL', IDS: 'IDS', TAGS: 'TAGS' } as const satisfies Record<
  Caller['companies']['kind'],
  Caller['companies']['kind']
>;

registerEnumType(CompanyGrantKind, {
  name: 'CompanyGrantKind',
  description: 'How the companies that you see are chosen.',
  valuesConfig: {
    ALL: { description: 'Every company that the server sees, those to come included.' },
    IDS: { description: 'The companies with these ids.' },
    TAGS: { description: 'Every company that carries at least one of these tags.' },
  },
});

@ObjectType({ simpleResolvers: true, description: 'Which companies you were given to see, whether or not they exist.' })
export class CompanyGrant {
  @Field(() => CompanyGrantKind, { description: 'How they are chosen. Free.' })
  kind: Caller['companies']['kind'];

  @Field(() => [ID], { description: 'Ids of companies; empty unless `kind` is IDS. Free.' })
  ids: readonly string[];

  @Field(() => [String], { description: 'Tags as written in Keepnet; empty unless `kind` is TAGS. Free.' })
  tags: readonly string[];
}

@ObjectType({
  simpleResolvers: true,
  description: 'What is left of the Keepnet calls that you may ask for in a minute.',
})
export class CallAllowance {
  @Field(() => Int, { description: 'Keepnet calls in a minute, as predicted before an operation runs.' })
  limit: number;

  @Field(() => Int, { description: 'What is left of them.' })
  remaining: number;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When all of them are back; null where none was used.' })
  resetsAt: string | null;
}

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

@ObjectType({ simpleResolvers: true, description: 'Who is asking, what he may, and through what.' })
export class Viewer {
  @Field(() => ID, { description: 'Stable: the same as in the log of the server. Free.' })
  id: string;

  @Field(() => String, { description: 'What the credential was called when it was made. Free.' })
  name: string;

  @Field(() => ViewerVia, { description: 'How you said who you are. Free.' })
  via: Caller['via'];

  @Field(() => [ViewerAbility], { description: 'What you may do. Free.' })
  abilities: readonly Uppercase<Ability>[];

  @Field(() => CompanyGrant, { description: 'Which companies you see. Free.' })
  companies: CompanyGrant;

  @Field(() => Boolean, {
    description: 'Whether names, e-mail addresses and telephone numbers of people are replaced for you. Free.',
  })
  masksPersonalData: boolean;

  @Field(() => UpstreamEnum, { description: 'Where the answers come from. Free.' })
  upstream: Upstream;
}
