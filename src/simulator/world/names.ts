/**
 * The words that companies and people are made of. Chosen to hurt careless software: dotted and dotless i, ß, Ł, kanji,
 * emoji outside the basic plane, quotes, ampersands, and texts that a spreadsheet would take for a formula.
 */

/** One per position of a block of 25 companies; later blocks add a region. */
export const COMPANY_NAMES: readonly string[] = [
  'Şişli Tekstil A.Ş.',
  'İstanbul Işık Lojistik',
  'Çağrı & Oğulları İnşaat',
  'Weiß Maschinenbau GmbH',
  'Ağrı Dağı Süt Ürünleri',
  'Łódź Software Sp. z o.o.',
  'Café "Déjà Vu" Group',
  'Nordlys Energi AS',
  'Ilgaz Yatırım Bankası',
  '🚀 Rocket Ödeme Sistemleri',
  "O'Neill, Byrne & Partners",
  '日本橋テクノロジー株式会社',
  'Çınar Eğitim Kurumları',
  'Société Générique d’Assurances',
  'Ünlü Sağlık Grubu',
  'Pınar Perakende',
  'Señor Ñandú Alimentos S.A.',
  '"Quoted" Media Ltd.',
  'Gümüşsuyu Otelcilik 🌊',
  'Kıbrıs Hava Yolları',
  'Boğaziçi Bilişim Hizmetleri',
  'Düzce Kauçuk Sanayi',
  'Ærø Shipping A/S',
  '@Home Akıllı Cihazlar',
  'Öz Yeşil Tarım <Kooperatif>',
];

export const REGIONS: readonly string[] = [
  'Ege',
  'Marmara',
  'İç Anadolu',
  'Karadeniz',
  'Akdeniz',
  'Trakya',
  'Nord',
  'Süd',
  'Île-de-France',
  'Śląsk',
  '関西',
  'Iğdır',
];

export const FIRST_NAMES: readonly string[] = [
  'Ayşe',
  'Işıl',
  'İbrahim',
  'Çağla',
  'Ömer',
  'Gülşah',
  'Şükrü',
  'Nazlı',
  'Yiğit',
  'Ece',
  'Tuğba',
  'Kıvanç',
  'Müge',
  'Barış',
  'Zeynep',
  'Emre',
  'Łukasz',
  'Małgorzata',
  'Jürgen',
  'Zoë',
  'François',
  'Renée',
  'José',
  'Begoña',
  'Søren',
  'Åsa',
  '太郎',
  '花子',
  'Siobhán',
  'Anne-Marie',
  'Mehmet Ali',
  'Olga',
];

export const LAST_NAMES: readonly string[] = [
  'Yılmaz',
  'Işık',
  'İnce',
  'Şahin',
  'Öztürk',
  'Çelik',
  'Güneş',
  'Aydın',
  'Kılıç',
  'Doğan',
  'Kaya',
  'Demir',
  'Bağcı',
  'Ünal',
  'Erdoğmuş',
  'Weiß',
  'Müller',
  'Wójcik',
  'Świątek',
  'Lefèvre',
  'García',
  'Núñez',
  'Ødegård',
  "O'Brien",
  '山田',
  '佐藤',
  'de la Cruz',
  'Smith',
  'von Groß',
  'Özgür',
];

/** The empty text is Keepnet's way to say "none"; the leading minus is a spreadsheet's formula. */
export const DEPARTMENTS: readonly string[] = [
  'Finans',
  'İnsan Kaynakları',
  'Bilgi İşlem',
  'Satış',
  'Hukuk',
  'Üretim',
  '',
  'Müşteri Hizmetleri',
  'R&D',
  '-Saha-',
];

export const INDUSTRIES: readonly string[] = [
  'Finance',
  'Healthcare',
  'Manufacturing',
  'Retail',
  'Education',
  'Energy',
  'Technology',
  'Transportation',
];

export const LICENSE_TYPES: readonly string[] = ['Essential', 'Professional', 'Enterprise'];
export const TAGS: readonly string[] = ['vip', 'pilot', 'kobi', 'renewal-2026', 'Öncelikli'];
export const PRIORITIES: readonly string[] = ['VeryLow', 'Low', 'Medium', 'High', 'VeryHigh'];
export const LANGUAGES: readonly string[] = ['Turkish', 'English (United Kingdom)', 'German', 'Polish', 'Japanese'];

/** Windows ids, as Keepnet keeps them. */
export const TIME_ZONES: readonly string[] = [
  'Turkey Standard Time',
  'GMT Standard Time',
  'W. Europe Standard Time',
  'Central European Standard Time',
  'Tokyo Standard Time',
];

export const COUNTRIES: readonly { readonly name: string; readonly code: string }[] = [
  { name: 'Türkiye', code: 'TR' },
  { name: 'United Kingdom', code: 'GB' },
  { name: 'Deutschland', code: 'DE' },
  { name: 'Polska', code: 'PL' },
  { name: '日本', code: 'JP' },
];

/** ASCII for the local part of an e-mail address; letters without an ASCII form give `x`. */
export function toAscii(text: string): string {
  const plain = text
    .replace(/[ıİ]/g, 'i')
    .replace(/[łŁ]/g, 'l')
    .replace(/[øØ]/g, 'o')
    .replace(/[æÆ]/g, 'ae')
    .replace(/ß/g, 'ss')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '');
  return plain === '' ? 'x' : plain;
}
