/**
 * A community connector for Looker Studio over the tables of keepnet-graph. The address of the server is part of the credential: the
 * key is sent nowhere else, whoever edits the data source. Fields come from the schema of the table, rows page by page, and where
 * companies are missing there are no rows but an error, unless the data source says that this is all right.
 */
var PAGE_ROWS = 10000;
// What Looker Studio takes at once.
var MAX_ROWS = 1000000;
var LONGEST_WAIT_SECONDS = 60;

function getAuthType() {
  var connector = DataStudioApp.createCommunityConnector();
  return connector.newAuthTypeResponse().setAuthType(connector.AuthType.PATH_KEY).build();
}

function setCredentials(request) {
  var server = String(request.pathKey.path).trim().replace(/\/+$/, '');
  var key = String(request.pathKey.key).trim();
  if (!/^https:\/\/[^/?#@\s]+(\/[^?#@\s]*)?$/.test(server) || !isAccepted(server, key)) return { errorCode: 'INVALID_CREDENTIALS' };
  PropertiesService.getUserProperties().setProperties({ 'dscc.path': server, 'dscc.key': key });
  return { errorCode: 'NONE' };
}

function isAuthValid() {
  var kept = readCredentials();
  return kept.server !== null && kept.key !== null && isAccepted(kept.server, kept.key);
}

function resetAuth() {
  var properties = PropertiesService.getUserProperties();
  properties.deleteProperty('dscc.path');
  properties.deleteProperty('dscc.key');
}

function isAdminUser() {
  return false;
}

/** Which table, which companies, and the parameters of the table as they stand in an address. */
function getConfig() {
  var config = DataStudioApp.createCommunityConnector().getConfig();
  var tables = config.newSelectSingle().setId('table').setName('Table');
  ask('/tables', {})
    .tables.filter(hasNoDuties)
    .forEach(function (table) {
      tables.addOption(config.newOptionBuilder().setLabel(table.name).setValue(table.name));
    });
  config
    .newTextInput()
    .setId('companies')
    .setName('Companies')
    .setHelpText('Ids, separated by commas. Empty: all that the key sees.');
  config
    .newTextInput()
    .setId('parameters')
    .setName('Parameters')
    .setHelpText('Of the table, as in an address.')
    .setPlaceholder('preset=LAST_3_MONTHS&orderBy=POINTS:DESC');
  config
    .newCheckbox()
    .setId('mayBeIncomplete')
    .setName('Show what there is, even where companies cannot be read');
  return config.build();
}

function hasNoDuties(table) {
  return !table.parameters.some(function (parameter) {
    return parameter.isRequired;
  });
}

function getSchema(request) {
  return { schema: ask('/tables/' + request.configParams.table + '/schema', {}).columns.map(toField) };
}

function getData(request) {
  var params = request.configParams;
  var schema = getSchema(request).schema;
  var fields = request.fields.map(function (asked) {
    return schema.filter(function (field) {
      return field.name === asked.name;
    })[0];
  });
  var names = fields.map(function (field) {
    return field.name;
  });
  var rows = readRows(params, names).map(function (row) {
    return {
      values: fields.map(function (field) {
        return toValue(row[field.name], field);
      }),
    };
  });
  return { schema: fields, rows: rows };
}

/** Every row of the table. The last page speaks for all of them. */
function readRows(params, names) {
  var query = parseParameters(params.parameters || '');
  if (params.companies) query.companies = params.companies;
  query.columns = names.join(',');
  query.limit = PAGE_ROWS;
  var rows = [];
  var page;
  do {
    page = ask('/tables/' + params.table + '.json', query);
    rows = rows.concat(page.rows);
    query.cursor = page.next;
    if (rows.length > MAX_ROWS) fail('The table has more than ' + MAX_ROWS + ' rows. Choose companies, or a shorter period.');
  } while (page.next !== null);
  var coverage = page.coverage;
  if (!coverage.complete && String(params.mayBeIncomplete) !== 'true') {
    fail(coverage.answered + ' of ' + coverage.companiesInScope + ' companies can be read; the table "coverage" says why.');
  }
  return rows;
}

function parseParameters(text) {
  var query = {};
  text
    .split('&')
    .filter(String)
    .forEach(function (pair) {
      var at = pair.indexOf('=');
      if (at < 1) fail('Parameters: expected NAME=VALUE, joined by &.');
      query[pair.slice(0, at)] = decodeURIComponent(pair.slice(at + 1));
    });
  return query;
}

var DATA_TYPES = { INTEGER: 'NUMBER', NUMBER: 'NUMBER', BOOLEAN: 'BOOLEAN' };
var SEMANTIC_TYPES = { DATE: 'YEAR_MONTH_DAY', DATE_TIME: 'YEAR_MONTH_DAY_SECOND', BOOLEAN: 'BOOLEAN', INTEGER: 'NUMBER', NUMBER: 'NUMBER' };

function toField(column) {
  var isNumber = DATA_TYPES[column.type] === 'NUMBER';
  return {
    name: column.name,
    label: column.name,
    description: column.description,
    dataType: DATA_TYPES[column.type] || 'STRING',
    semantics: {
      conceptType: isNumber ? 'METRIC' : 'DIMENSION',
      semanticType: SEMANTIC_TYPES[column.type] || 'TEXT',
      isReaggregatable: isNumber,
    },
  };
}

/** Looker Studio writes days as 20261121, instants as 20261121093000. */
function toValue(cell, field) {
  var type = field.semantics.semanticType;
  if (cell === null || cell === undefined) return null;
  if (type === 'YEAR_MONTH_DAY') return cell.replace(/-/g, '').slice(0, 8);
  if (type === 'YEAR_MONTH_DAY_SECOND') return cell.replace(/[-T:]/g, '').slice(0, 14);
  return cell;
}

function readCredentials() {
  var properties = PropertiesService.getUserProperties();
  return { server: properties.getProperty('dscc.path'), key: properties.getProperty('dscc.key') };
}

function isAccepted(server, key) {
  return fetchFrom(server + '/tables', key).getResponseCode() === 200;
}

/** Where the server is busy it is asked once more, after the seconds of Retry-After. */
function ask(path, query) {
  var kept = readCredentials();
  var address = kept.server + path + toQueryText(query);
  var response = fetchFrom(address, kept.key);
  if (response.getResponseCode() === 429 || response.getResponseCode() === 503) {
    var seconds = Number(response.getHeaders()['Retry-After'] || response.getHeaders()['retry-after'] || 10);
    Utilities.sleep(Math.min(seconds, LONGEST_WAIT_SECONDS) * 1000);
    response = fetchFrom(address, kept.key);
  }
  if (response.getResponseCode() !== 200) fail(toReason(response));
  return JSON.parse(response.getContentText());
}

function fetchFrom(address, key) {
  return UrlFetchApp.fetch(address, {
    headers: { Authorization: 'Bearer ' + key },
    followRedirects: false,
    muteHttpExceptions: true,
  });
}

function toQueryText(query) {
  var pairs = Object.keys(query).map(function (name) {
    return encodeURIComponent(name) + '=' + encodeURIComponent(query[name]);
  });
  return pairs.length === 0 ? '' : '?' + pairs.join('&');
}

function toReason(response) {
  try {
    return JSON.parse(response.getContentText()).errors[0].message;
  } catch (notJson) {
    return 'The server answered ' + response.getResponseCode() + '.';
  }
}

function fail(text) {
  DataStudioApp.createCommunityConnector().newUserError().setText(text).throwException();
}
