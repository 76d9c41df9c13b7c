/** What costs a call of its own about the company itself: its details and Keepnet's own check of its licence. */
import { Field, Int, ObjectType } from 'type-graphql';
import type { CompanyDetailsRow, Instant, LicenseCheckRow } from '../../keepnet/rows.js';
import { NamedRef } from '../named-ref.type.js';
import { DateTimeScalar } from '../scalars.js';

@ObjectType({ simpleResolvers: true, description: 'What only `GET companies/{id}` tells.' })
export class CompanyDetails implements CompanyDetailsRow {
  @Field(() => String, { nullable: true, description: 'Description.' })
  description: string | null;

  @Field(() => NamedRef, { nullable: true, description: 'Country.' })
  country: NamedRef | null;

  @Field(() => String, { nullable: true, description: 'Country code as Keepnet sends it.' })
  countryCode: string | null;

  @Field(() => String, { nullable: true, description: 'Postal address.' })
  address: string | null;

  @Field(() => String, { nullable: true, description: 'Web site.' })
  websiteUrl: string | null;

  @Field(() => String, { nullable: true, description: 'Logo.' })
  logoUrl: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the licence began.' })
  licenseStartsAt: Instant;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When the licence ends.' })
  licenseEndsAt: Instant;

  @Field(() => NamedRef, { nullable: true, description: 'Period of the licence.' })
  licensePeriod: NamedRef | null;

  @Field(() => [String], { description: 'Raw ids of the licensed modules; Keepnet sends no names here.' })
  licenseModuleIds: readonly string[];

  @Field(() => Int, { nullable: true, description: 'Users that the licence covers.' })
  seats: number | null;

  @Field(() => NamedRef, { nullable: true, description: 'Preferred language.' })
  preferredLanguage: NamedRef | null;

  @Field(() => [NamedRef], { description: 'Company groups that the company is in.' })
  groups: readonly NamedRef[];

  @Field(() => String, { nullable: true, description: 'Status as Keepnet shows it.' })
  status: string | null;

  @Field(() => String, { nullable: true, description: 'Time zone as Keepnet names it, a Windows id.' })
  timeZone: string | null;

  @Field(() => String, { nullable: true, description: 'Date format that the company chose.' })
  dateFormat: string | null;

  @Field(() => String, { nullable: true, description: 'Time format that the company chose.' })
  timeFormat: string | null;

  @Field(() => Boolean, { description: 'Whether the company has the agentic AI licence.' })
  hasAgenticAiLicense: boolean;
}

@ObjectType({ simpleResolvers: true, description: "Keepnet's own check of the licence against the users of today." })
export class LicenseCheck implements LicenseCheckRow {
  @Field(() => Boolean, { description: 'Whether the number of users is limited.' })
  isLimited: boolean;

  @Field(() => Int, { nullable: true, description: 'Users that the licence covers; null where it is unlimited.' })
  seats: number | null;

  @Field(() => Int, { description: 'Active target users.' })
  activeUsers: number;

  @Field(() => Int, { description: 'All target users.' })
  totalUsers: number;

  @Field(() => Boolean, { description: 'Whether the licence is exceeded, by Keepnet.' })
  isExceeded: boolean;
}
