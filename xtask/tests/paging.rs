//! The conditions under which an operation gets a `stream`, tested with minimal documents.

use xtask::codegen;
use xtask::document;
use xtask::lower::Options;

/// Returns a document with one list operation, which has the given query parameters and returns a page with the given
/// properties.
fn document(parameters: &[&str], page: &str) -> String {
    let parameter = |name| {
        format!("        - {{name: {name}, in: query, schema: {{type: integer, minimum: 1}}}}")
    };
    let parameters = parameters.iter().map(parameter).collect::<Vec<_>>().join("\n");
    let parameters = format!(
        "
{parameters}
        - {{name: pretty, in: query, schema: {{type: boolean}}}}"
    );
    let operation = operation(&parameters, "{}", "{$ref: '#/components/schemas/Things'}");
    format!(
        "{operation}
components:
  schemas:
    Things: {{type: object, required: [results], properties: {page}}}
    Thing: {{type: object, required: [id], properties: {{id: {{type: string}}}}}}
    Plain: {{type: object, properties: {{size: {{type: integer}}}}}}
    Link: {{type: object, required: [rel], properties: {{rel: {{type: string}}}}}}
"
    )
}

/// Returns a document with one operation, which has the given parameters. Its response has the given headers and
/// schema.
fn operation(parameters: &str, headers: &str, schema: &str) -> String {
    format!(
        "
openapi: 3.0.3
info: {{title: Things, version: '1'}}
paths:
  /things:
    get:
      operationId: listThings
      parameters: {parameters}
      responses:
        '200':
          description: A page.
          headers: {headers}
          content: {{application/json: {{schema: {schema}}}}}"
    )
}

const PAGING: [&str; 2] = ["pageNum", "itemsPerPage"];
const THINGS: &str = "{results: {type: array, items: {$ref: '#/components/schemas/Thing'}}}";

/// Returns the emitted code of the operation and of the page's model.
fn generate(document: &str) -> (String, String) {
    let document = document::parse("spec.yaml", document).unwrap();
    let generated = codegen::generate(document.openapi, &Options::default());
    let files = generated.unwrap_or_else(|failure| panic!("{failure:?}")).files;
    let text = |path: &str| files.iter().find(|file| file.path == path).unwrap().text.clone();
    (text("operations/list_things.rs"), text("models/things.rs"))
}

#[test]
fn a_list_with_page_number_page_size_and_results_has_a_stream() {
    let (operation, page) = generate(&document(&PAGING, THINGS));
    assert!(operation.contains("pub fn stream(self) -> ItemStream<Thing> {"), "{operation}");
    assert!(operation.contains("let size = self.items_per_page;"), "{operation}");
    let call =
        "ItemStream::new(\n            self.page_num,\n            size,\n            move |page|";
    assert!(operation.contains(call), "{operation}");
    assert!(page.contains("impl Page for Things {"), "{page}");
    assert!(page.contains("Some(item.id.to_string())"), "{page}");
    assert!(!page.contains("fn has_next"), "{page}");
}

#[test]
fn a_list_without_page_number_page_size_or_results_has_no_stream() {
    let single = "{results: {$ref: '#/components/schemas/Thing'}}";
    let renamed = "{results: {type: integer}, items: {type: array, items: {type: string}}}";
    for document in [
        document(&["pageNum"], THINGS),
        document(&["itemsPerPage"], THINGS),
        document(&["page", "weight"], THINGS),
        document(&PAGING, single),
        document(&PAGING, renamed),
        document(&PAGING, THINGS).replace("type: integer, minimum: 1", "type: string"),
        document(&PAGING, THINGS)
            .replace("pageNum, in: query", "pageNum, in: query, required: true"),
    ] {
        let (operation, page) = generate(&document);
        assert!(!operation.contains("stream"), "{operation}");
        assert!(!page.contains("impl Page for"), "{page}");
    }
}

#[test]
fn the_links_of_a_page_show_whether_there_is_a_next_page() {
    let linked = "{results: {type: array, items: {$ref: '#/components/schemas/Plain'}}, \
                  links: {type: array, items: {$ref: '#/components/schemas/Link'}}}";
    let (_, page) = generate(&document(&PAGING, linked));
    assert!(page.contains("page::has_next(self.links.iter().map(|link| Some(link.rel.as_str())))"));
    assert!(!page.contains("fn id"), "{page}");
    let optional = document(&PAGING, linked).replace("required: [rel], ", "");
    assert!(generate(&optional).1.contains("|link| link.rel.as_deref()"));
}

#[test]
fn links_are_not_the_items_of_a_page() {
    let links = "links: {type: array, items: {$ref: '#/components/schemas/Link'}}";
    let things = "things: {type: array, items: {$ref: '#/components/schemas/Thing'}}";
    let document = |page: &str| document(&PAGING, page).replace("required: [results], ", "");
    let (operation, page) = generate(&document(&format!("{{{links}}}")));
    assert!(!operation.contains("stream"), "{operation}");
    assert!(!page.contains("impl Page for"), "{page}");
    let (operation, page) = generate(&document(&format!("{{{links}, {things}}}")));
    assert!(operation.contains("-> ItemStream<Thing>"), "{operation}");
    assert!(page.contains("self.things"), "{page}");
}

#[test]
fn the_first_page_has_the_number_that_the_document_specifies() {
    let numbered = |rules: &str| {
        let schema = format!("name: page, in: query, schema: {{type: integer{rules}}}");
        let usual = "name: page, in: query, schema: {type: integer, minimum: 1}";
        let code = generate(&document(&["page", "limit"], THINGS).replace(usual, &schema)).0;
        code.split_whitespace().collect::<String>()
    };
    for rules in [", minimum: 0", ", default: 0", ", default: 0, minimum: -1"] {
        assert!(numbered(rules).contains("ItemStream::new(self.page.or(Some(0)),"), "{rules}");
    }
    for rules in [", minimum: 1", ", default: 1", ", default: 1, minimum: 0"] {
        assert!(numbered(rules).contains("ItemStream::new(self.page,"), "{rules}");
    }
    for rules in ["", ", minimum: 2"] {
        assert!(!numbered(rules).contains("stream"), "{rules}");
    }
}

#[test]
fn the_description_of_a_page_number_can_specify_the_first_page() {
    let numbered = |description: &str| {
        let schema = format!("{{type: integer}}, description: '{description}'");
        let document = document(&["page", "size"], THINGS);
        let document = document.replacen("{type: integer, minimum: 1}", &schema, 1);
        generate(&document).0.split_whitespace().collect::<String>()
    };
    assert!(
        numbered("Zero-based page index (0..N)").contains("ItemStream::new(self.page.or(Some(0)),")
    );
    assert!(numbered("The page number, 1-based.").contains("ItemStream::new(self.page,"));
    assert!(!numbered("The page, e.g. page=10-based").contains("stream"));
}

#[test]
fn names_match_in_any_case_with_or_without_separators() {
    for parameters in [
        ["pageNumber", "page-size"],
        ["PAGE", "PerPage"],
        ["page_num", "itemsPerPage"],
        ["startAt", "maxResults"],
        ["offset", "limit"],
        ["skip", "take"],
        ["Page", "Size"],
    ] {
        let (operation, _) = generate(&document(&parameters, THINGS));
        assert!(operation.contains("-> ItemStream<Thing>"), "{parameters:?}");
    }
    for field in ["next-page-token", "nextPageToken", "next_page"] {
        let page = format!(
            "{{results: {{type: array, items: {{type: string}}}}, {field}: {{type: string}}}}"
        );
        let document = document(&["page-token"], &page);
        let (operation, page) = generate(&document.replace("integer, minimum: 1", "string"));
        assert!(operation.contains("ItemStream::by_cursor("), "{field}: {operation}");
        assert!(page.contains("fn cursor(&self) -> Option<String> {"), "{field}: {page}");
    }
}

/// Documents of ASP.NET Core services often describe lists as nullable.
#[test]
fn the_list_of_items_can_be_null() {
    let null = THINGS.replace("type: array", "type: array, nullable: true");
    let paged = document(&["page", "pageSize"], &null).replace("required: [results], ", "");
    let (operation, page) = generate(&paged);
    assert!(operation.contains("-> ItemStream<Thing>"), "{operation}");
    assert!(page.contains("pub results: Option<Vec<Thing>>"), "{page}");
    assert!(page.contains("self.results.unwrap_or_default()\n"), "{page}");
    assert!(page.contains("self.results.unwrap_or_default().into_iter()"), "{page}");
    let more = null.replacen('{', "{has_more: {type: boolean}, ", 1);
    let last = document(&["starting_after"], &more).replace("integer, minimum: 1", "string");
    let (_, page) = generate(&last.replace("required: [results], ", ""));
    assert!(page.contains("self.results.as_deref().unwrap_or_default().last()"), "{page}");
}

#[test]
fn the_total_of_a_page_is_read_from_an_integer_property() {
    for name in ["totalCount", "total_count", "totalElements", "total_records"] {
        let page =
            THINGS.replacen('{', &format!("{{{name}: {{type: integer, format: int64}}, "), 1);
        let (_, page) = generate(&document(&["page", "size"], &page));
        assert!(page.contains("fn total(&self) -> Option<u64> {"), "{name}: {page}");
    }
}

#[test]
fn without_links_items_need_an_id_unless_the_parameter_is_page_num() {
    let plain = "{results: {type: array, items: {$ref: '#/components/schemas/Plain'}}}";
    let has_stream = |parameters: &[&str], page: &str| {
        generate(&document(parameters, page)).0.contains("stream")
    };
    assert!(has_stream(&PAGING, plain));
    for parameters in [["page", "limit"], ["offset", "limit"]] {
        assert!(has_stream(&parameters, THINGS), "{parameters:?}");
        assert!(!has_stream(&parameters, plain), "{parameters:?}");
    }
}

#[test]
fn a_union_is_identified_by_a_field_that_all_variants_have() {
    let union = "
    Item:
      oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
      discriminator: {propertyName: kind, mapping: {CAT: Cat, DOG: Dog}}
    Cat: {type: object, required: [kind, id], properties: {kind: {type: string}, id: {type: string}, lives: {type: integer}}}
    Dog: {type: object, required: [kind, id], properties: {kind: {type: string}, id: {type: string}, tricks: {type: string}}}
";
    let items = "{results: {type: array, items: {$ref: '#/components/schemas/Item'}}}";
    let document = document(&PAGING, items) + union.trim_start_matches('\n');
    let (_, page) = generate(&document);
    assert!(page.contains("item.id().as_ref().map(ToString::to_string)"), "{page}");
    let (_, page) = generate(&document.replacen("required: [kind, id]", "required: [kind]", 1));
    assert!(!page.contains("fn id"), "{page}");
}

#[test]
fn the_id_of_an_item_can_be_named_id_uuid_or_guid() {
    for (name, field) in [("_id", "id"), ("ID", "id"), ("uuid", "uuid"), ("Guid", "guid")] {
        let named = format!("required: [{name}], properties: {{{name}:");
        let document =
            document(&PAGING, THINGS).replace("required: [id], properties: {id:", &named);
        let (_, page) = generate(&document);
        assert!(page.contains(&format!("Some(item.{field}.to_string())")), "{name}: {page}");
    }
}

#[test]
fn the_default_page_size_of_the_document_is_used() {
    let sized = document(&PAGING, THINGS).replace(
        "name: itemsPerPage, in: query, schema: {type: integer, minimum: 1}",
        "name: itemsPerPage, in: query, schema: {type: integer, minimum: 1, default: 25}",
    );
    assert!(generate(&sized).0.contains("self.items_per_page.or(Some(25))"));
}

/// Returns whether an operation that lists strings gets the cursor for the parameter `after` from the `Link` header.
/// The operation has the given parameter and response headers.
fn streams_list(parameter: &str, headers: &str) -> bool {
    let document =
        operation(&format!("[{parameter}]"), headers, "{type: array, items: {type: string}}");
    let document = document::parse("spec.yaml", &document).unwrap();
    let generated = codegen::generate(document.openapi, &Options::default()).unwrap();
    let operation = generated.api.operations.first().unwrap();
    let link = operation.paging.as_ref().and_then(|paging| paging.link.as_deref());
    link.is_some_and(|name| name.eq_ignore_ascii_case("after"))
}

#[test]
fn the_link_header_contains_the_cursor_only_if_the_document_says_so() {
    const LINK: &str = "{link: {schema: {type: string}}}";
    let after = |more: &str| format!("{{name: after, in: query, schema: {{type: string}}{more}}}");
    assert!(streams_list(&after(""), LINK));
    assert!(streams_list(&after("").replace("after", "After"), LINK));
    assert!(streams_list(&after(", description: 'From the `Link` header.'"), "{}"));
    assert!(streams_list(&after(", description: From the next link."), "{}"));
    assert!(!streams_list(&after(""), "{}"));
    assert!(!streams_list(&after(", description: 'A day. See this [link](/docs).'"), "{}"));
    assert!(!streams_list(&after(", description: Linked to the next day."), "{}"));
    assert!(!streams_list(&after(", required: true"), LINK));
    assert!(!streams_list(&after("").replace("type: string", "type: integer"), LINK));
    assert!(!streams_list(&after("").replace("after", "from"), LINK));
}

/// Returns the emitted code of an operation with the given parameters, response headers and response schema. The schema
/// must have no list whose items have ids.
fn linked(parameters: &str, headers: &str, schema: &str) -> String {
    let document = operation(parameters, headers, schema);
    let document = document::parse("spec.yaml", &document).unwrap();
    let generated = codegen::generate(document.openapi, &Options::default()).unwrap();
    let is_operation = |path: &str| path == "operations/list_things.rs";
    generated.files.into_iter().find(|file| is_operation(&file.path)).unwrap().text
}

#[test]
fn items_need_no_id_if_the_response_declares_the_link_header() {
    const NUMBER: &str = "[{name: page, in: query, schema: {type: integer, default: 1}}, {name: per_page, in: query, schema: {type: integer}}]";
    const OFFSET: &str = "[{name: offset, in: query, schema: {type: integer}}, {name: limit, in: query, schema: {type: integer}}]";
    const LINK: &str = "{Link: {schema: {type: string}}}";
    const LIST: &str = "{type: array, items: {type: string}}";
    const PAGE: &str = "{type: object, properties: {names: {type: array, items: {type: string}}}}";
    for schema in [LIST, PAGE] {
        let by_number = linked(NUMBER, LINK, schema);
        assert!(by_number.contains("ItemStream::new(self.page, size, move |page|"), "{by_number}");
        let by_offset = linked(OFFSET, LINK, schema);
        assert!(by_offset.contains("ItemStream::by_offset("), "{by_offset}");
        for parameters in [NUMBER, OFFSET] {
            let code = linked(parameters, "{}", schema);
            assert!(!code.contains("stream"), "{code}");
        }
    }
}

/// In Mastodon's API, the `Link` header contains this parameter.
#[test]
fn a_declared_link_header_contains_the_parameter_max_id() {
    let code = |headers| {
        linked(
            "[{name: max_id, in: query, schema: {type: string}}]",
            headers,
            "{type: array, items: {type: string}}",
        )
    };
    let linked = code("{Link: {schema: {type: string}}}");
    assert!(linked.contains("ItemStream::by_link(\n            \"max_id\","), "{linked}");
    assert!(!code("{}").contains("stream"));
}

#[test]
fn the_next_value_of_after_is_in_a_field_with_the_same_name() {
    let page = "{results: {type: array, items: {type: string}}, metadata: {type: object, properties: {before: {type: string}, after: {type: string}}}}";
    let document = document(&["after"], page).replace("type: integer, minimum: 1", "type: string");
    let (operation, page) = generate(&document);
    assert!(operation.contains("ItemStream::by_cursor("), "{operation}");
    assert!(page.contains(".after.as_ref()"), "{page}");
}

#[test]
fn a_page_with_several_lists_has_its_items_in_one_with_a_usual_name() {
    let page = |name: &str| {
        format!(
            "{{order: {{type: array, items: {{type: string}}}}, {name}: {{type: array, items: {{$ref: '#/components/schemas/Thing'}}}}}}"
        )
    };
    let code = |name: &str| {
        let document = document(&["offset", "limit"], &page(name));
        generate(&document.replace("required: [results], ", ""))
    };
    for name in ["results", "items", "data", "entries"] {
        let (operation, page) = code(name);
        assert!(operation.contains("-> ItemStream<Thing>"), "{name}: {operation}");
        assert!(page.contains(&format!("self.{name}")), "{name}: {page}");
    }
    assert!(!code("orders").0.contains("stream"));
}

#[test]
fn a_link_in_the_page_can_contain_a_cursor_if_the_parameter_is_described_as_one() {
    let linked = "{results: {type: array, items: {$ref: '#/components/schemas/Thing'}}, \
                  _links: {type: object, properties: {next: {type: object, properties: {href: {type: string}}}}}}";
    let after = |description: &str| {
        let cursor = format!("schema: {{type: string}}, description: {description}");
        document(&["after"], linked).replace("schema: {type: integer, minimum: 1}", &cursor)
    };
    let (operation, page) = generate(&after("The cursor of a page."));
    assert!(operation.contains("ItemStream::by_cursor("), "{operation}");
    assert!(page.contains("page::parameter(&link, \"after\")"), "{page}");
    let (operation, _) = generate(&after("The date of the first thing."));
    assert!(!operation.contains("stream"), "{operation}");
}

#[test]
fn the_last_id_is_a_cursor_only_if_the_items_have_ids() {
    let page = |item: &str| {
        format!(
            "{{has_more: {{type: boolean}}, data: {{type: array, items: {{$ref: '#/components/schemas/{item}'}}}}}}"
        )
    };
    let streams = |page: &str| {
        let document = document(&["starting_after"], page).replace("required: [results], ", "");
        let document = document.replace("type: integer, minimum: 1", "type: string");
        generate(&document).0.contains("ItemStream::by_cursor(")
    };
    assert!(streams(&page("Thing")));
    assert!(!streams(&page("Plain")));
    assert!(!streams(&page("Thing").replace("has_more", "more")));
}

#[test]
fn the_last_id_is_the_cursor_after_only_if_the_description_says_so() {
    let page = "{has_more: {type: boolean}, data: {type: array, items: {$ref: '#/components/schemas/Thing'}}}";
    let streams = |description: &str| {
        let schema = format!("schema: {{type: string}}, description: {description}");
        let document = document(&["after"], page).replace("required: [results], ", "");
        let document = document.replace("schema: {type: integer, minimum: 1}", &schema);
        generate(&document).0.contains("ItemStream::by_cursor(")
    };
    assert!(streams("Return things after this cursor."));
    assert!(streams("The ID of the last thing."));
    assert!(streams("Identifier of the last thing."));
    assert!(!streams("Return things that were created after this day."));
}

/// If the client sent a link as the value of the parameter, the server would return the first page again, or an error.
#[test]
fn a_next_page_that_is_a_link_is_not_a_cursor() {
    let is_paged = |parameter: &str, next: &str| {
        let page = format!(
            "{{results: {{type: array, items: {{type: string}}}}, next_page: {{type: string{next}}}}}"
        );
        let document = document(&[parameter], &page);
        generate(&document.replace("integer, minimum: 1", "string")).0.contains("stream")
    };
    for parameter in ["page", "page_token"] {
        assert!(is_paged(parameter, ", description: The token for the next page."), "{parameter}");
        for link in [
            "format: uri",
            "format: url",
            "description: The URL of the next page.",
            "description: A link to the next page.",
            "example: 'https://example.com/things?page=b'",
        ] {
            assert!(!is_paged(parameter, &format!(", {link}")), "{parameter}: {link}");
        }
    }
}

/// A string parameter such as `from` can also be a filter, and a string field such as `next` can also be a link.
#[test]
fn a_next_value_is_followed_only_if_it_has_the_type_of_the_parameter() {
    let is_paged = |[parameter, ty]: [&str; 2], [field, next]: [&str; 2]| {
        let page = format!(
            "{{results: {{type: array, items: {{type: string}}}}, {field}: {{type: {next}}}}}"
        );
        let document = document(&[parameter], &page);
        generate(&document.replace("integer, minimum: 1", ty)).0.contains("stream")
    };
    assert!(is_paged(["page", "integer"], ["next_page", "integer"]));
    assert!(is_paged(["from", "integer"], ["next", "integer"]));
    for (parameter, field) in [("page", "next_page"), ("from", "next")] {
        assert!(!is_paged([parameter, "integer"], [field, "string"]), "{parameter}");
        assert!(!is_paged([parameter, "string"], [field, "integer"]), "{parameter}");
    }
    assert!(is_paged(["page", "string"], ["next_page", "string"]));
    assert!(!is_paged(["from", "string"], ["next", "string"]));
    assert!(is_paged(["cursor", "string"], ["next_cursor", "string"]));
    assert!(!is_paged(["cursor", "integer"], ["next_cursor", "string"]));
    assert!(!is_paged(["cursor", "string"], ["next_cursor", "integer"]));
}

#[test]
fn a_cursor_can_be_a_uuid() {
    let uuid = "type: string, format: uuid";
    let generate = |parameter: &str, field: &str, id: &str| {
        let things = "{type: array, items: {$ref: '#/components/schemas/Thing'}}";
        let page = format!("{{results: {things}, {field}}}");
        let document = document(&[parameter], &page).replace("type: integer, minimum: 1", uuid);
        generate(&document.replace("id: {type: string}", &format!("id: {{{id}}}")))
    };
    let next = format!("next_cursor: {{{uuid}}}");
    let more = "has_more: {type: boolean}";
    for (parameter, field, id) in
        [("after", next.as_str(), "type: string"), ("starting_after", more, uuid)]
    {
        let (operation, page) = generate(parameter, field, id);
        assert!(operation.contains("ItemStream::by_next_value("), "{operation}");
        assert!(page.contains("fn cursor(&self) -> Option<String> {"), "{page}");
    }
    // Other strings are not valid values of the parameter.
    for (parameter, field) in [("after", "next_cursor: {type: string}"), ("starting_after", more)] {
        assert!(!generate(parameter, field, "type: string").0.contains("stream"), "{field}");
    }
}

#[test]
fn a_boolean_field_can_end_a_list_with_cursors() {
    let end = |name: &str, required: &str| {
        let page = format!(
            "{{{name}: {{type: boolean}}, last_id: {{type: string}}, results: {{type: array, items: {{type: string}}}}}}"
        );
        let document = document(&["after"], &page).replace("integer, minimum: 1", "string");
        let (_, page) = generate(&document.replace("required: [results], ", required));
        let code = page.split_whitespace().collect::<String>();
        let (_, code) = code.split_once("fncursor(&self)->Option<String>{").unwrap();
        code.split_once("self.last_id").unwrap().0.to_owned()
    };
    assert_eq!(end("hasMore", "required: [hasMore], "), "if!self.has_more{returnNone;}");
    assert_eq!(end("has_more", ""), "ifself.has_more==Some(false){returnNone;}");
    assert_eq!(end("done", "required: [done], "), "ifself.done{returnNone;}");
    assert_eq!(end("done", ""), "ifself.done==Some(true){returnNone;}");
    assert_eq!(end("more", ""), "");
}

/// In models that requests contain, optional fields that accept `null` have the type `Nullable`.
#[test]
fn the_model_of_a_page_can_also_be_a_request_body() {
    let page = "{results: {type: array, items: {$ref: '#/components/schemas/Thing'}}, total_count: {type: integer, nullable: true}}";
    let document = document(&PAGING, page)
        .replace("required: [id], properties: {id: {type: string}}", "properties: {id: {type: string, nullable: true}}")
        .replacen("    get:", "    put:\n      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Things'}}}}\n      responses: {'204': {description: Done.}}\n    get:", 1);
    let (_, page) = generate(&document);
    assert!(page.contains("pub total_count: Nullable<i64>"), "{page}");
    assert!(page.contains("item.id.as_ref().map(ToString::to_string)"), "{page}");
    assert!(!page.contains("fn total("), "{page}");
}

/// The page model has only one cursor, which belongs to the parameter of the first operation.
#[test]
fn only_one_of_two_cursors_of_a_page_is_followed() {
    let page = "{results: {type: array, items: {$ref: '#/components/schemas/Thing'}}, next: {type: string}}";
    let document = document(&["page"], page).replace(", minimum: 1", "");
    let (paths, components) = document.split_once("\ncomponents:").unwrap();
    let (_, things) = paths.split_once("\n  /things:").unwrap();
    for (parameter, streams) in [("page", [true, true]), ("offset", [true, false])] {
        let others = things
            .replace("listThings", "listOthers")
            .replace("name: page", &format!("name: {parameter}"));
        let document = format!("{paths}\n  /others:{others}\ncomponents:{components}");
        let document = document::parse("spec.yaml", &document).unwrap();
        let generated = codegen::generate(document.openapi, &Options::default()).unwrap();
        let paged = generated.api.operations.iter().map(|it| it.paging.is_some());
        assert_eq!(paged.collect::<Vec<_>>(), streams, "{parameter}");
    }
}

/// The parameter and the page are as in the documents that springdoc generates.
#[test]
fn an_operation_with_paging_parameters_in_an_object_has_a_stream() {
    let document = format!(
        "{}
components:
  schemas:
    Pageable: {{type: object, properties: {{
      page: {{type: integer, format: int32, minimum: 0}}, size: {{type: integer, format: int32, minimum: 1}},
      sort: {{type: array, items: {{type: string}}}}}}}}
    Things: {{type: object, properties: {{
      totalElements: {{type: integer, format: int64}}, number: {{type: integer, format: int32}},
      content: {{type: array, items: {{$ref: '#/components/schemas/Thing'}}}}, last: {{type: boolean}}}}}}
    Thing: {{type: object, properties: {{id: {{type: integer, format: int64}}}}}}
",
        operation(
            "[{name: pageable, in: query, required: true, schema: {$ref: '#/components/schemas/Pageable'}}]",
            "{}",
            "{$ref: '#/components/schemas/Things'}"
        )
    );
    let (operation, page) = generate(&document);
    assert!(operation.contains("pub fn list_things(&self) -> ListThings {"), "{operation}");
    assert!(operation.contains("pub fn stream(self) -> ItemStream<Thing> {"), "{operation}");
    assert!(operation.contains(".query(\"sort\", self.sort)"), "{operation}");
    assert!(page.contains("self.total_elements"), "{page}");
}
