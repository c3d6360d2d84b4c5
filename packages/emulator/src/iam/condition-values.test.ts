import { describe, expect, test } from 'vitest';
import { parseAddressRange, parseBase64, parseDate, parseNumber } from './condition-values.ts';

describe('values of conditions', () => {
  test.each([
    ['10', 10],
    ['-1.50', -1.5],
    ['.5', 0.5],
    ['1e3', 1000],
    ['', undefined],
    [' 1', undefined],
    ['0x10', undefined],
    ['Infinity', undefined],
    ['1,000', undefined],
  ])('number %j is %j', (text, expected) => expect(parseNumber(text)).toBe(expected));

  test.each([
    ['2026', Date.UTC(2026)],
    ['2026-03', Date.UTC(2026, 2)],
    ['2026-03-04', Date.UTC(2026, 2, 4)],
    ['2026-03-04T05:06Z', Date.UTC(2026, 2, 4, 5, 6)],
    ['2026-03-04T05:06:07.890Z', Date.UTC(2026, 2, 4, 5, 6, 7, 890)],
    ['2026-03-04T05:06:07+01:00', Date.UTC(2026, 2, 4, 4, 6, 7)],
    ['1700000000', 1_700_000_000_000],
    ['2026-13-01', undefined],
    ['2026-03-04T05:06:07', undefined],
    ['tomorrow', undefined],
    ['March 4, 2026', undefined],
    ['', undefined],
  ])('date %j is %j', (text, expected) => expect(parseDate(text)).toBe(expected));

  test('binary is strict base64', () => {
    expect(parseBase64('aGk=')?.toString()).toBe('hi');
    expect(parseBase64('aGk')).toBeUndefined();
    expect(parseBase64('not base64!')).toBeUndefined();
  });

  test.each([
    ['203.0.113.0/24', '203.0.113.255', true],
    ['203.0.113.0/24', '203.0.114.0', false],
    ['203.0.113.77/24', '203.0.113.1', true],
    ['203.0.113.7', '203.0.113.7', true],
    ['203.0.113.7', '203.0.113.8', false],
    ['0.0.0.0/0', '8.8.8.8', true],
    ['0.0.0.0/0', '::1', false],
    ['::/0', '8.8.8.8', false],
    ['::/0', '2001:db8::1', true],
    ['2001:DB8:1234:5678::/64', '2001:db8:1234:5678:9::1', true],
    ['2001:DB8:1234:5678::/64', '2001:db8:1234:5679::1', false],
    ['2001:db8::1', '2001:0db8:0:0:0:0:0:1', true],
    ['127.0.0.0/8', '::ffff:127.0.0.1', false],
    ['127.0.0.0/8', 'localhost', false],
  ])('the range %s and %s: %j', (range, address, expected) => expect(parseAddressRange(range)?.contains(address)).toBe(expected));

  test.each(['', 'localhost', '203.0.113.0/33', '203.0.113.0/', '203.0.113.0/24/1', '203.0.113', '::/129', '::/-1', 'fe80::1%eth0'])(
    '%j is no range',
    (text) => {
      expect(parseAddressRange(text)).toBeUndefined();
    },
  );
});
