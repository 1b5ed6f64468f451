// Uses everything that the client generated from `before.yaml` offers, as the guides recommend.

use generated_client::models::{
    AnyThing, BigThing, SmallThing, Thing, ThingError, ThingLimit, ThingLink, ThingNote, ThingPage,
    ThingPart, ThingRequest, ThingState,
};
use generated_client::operations::{
    CreateThing, GetThing, ListThing, ReplaceThing, ReplaceThingSuccess,
};
use generated_client::{Client, Error, ItemStream, ObjectId, Response};

pub async fn create(client: &Client, group: ObjectId) -> Result<Thing, Error> {
    let link: ThingLink = ThingLink::new().href("href");
    let body = ThingRequest::new("name", 3)
        .label("label")
        .state(ThingState::Idle)
        .links(vec![link])
        .names(vec!["name".to_owned()])
        .limit(9)
        .limit("none");
    let ThingRequest { name, size, label, names, state, links, limit, .. } = body.clone();
    match limit {
        Some(ThingLimit::Integer(number)) => drop::<i64>(number),
        Some(ThingLimit::String(text)) => drop::<String>(text),
        _ => {}
    }
    let _: (
        String,
        i32,
        Option<String>,
        Option<Vec<String>>,
        Option<ThingState>,
        Option<Vec<ThingLink>>,
    ) = (name, size, label, names, state, links);
    let _: CreateThing = client.create_thing("32b6e34b3d91647abb20e7b8", body.clone());
    let created: Response<Thing> = client.create_thing(group, body).dry_run(true).send().await?;
    Ok(created.into_inner())
}

pub fn read(thing: Thing) -> (ObjectId, String, Option<String>, Vec<String>, Option<String>) {
    let Thing { id, full_name, label, state, tags, note, .. } = thing;
    match state {
        Some(ThingState::Idle | ThingState::Busy) => {}
        Some(other) => assert_eq!(other.as_str(), "other"),
        None => {}
    }
    let _: ThingNote = ThingNote::default();
    let _: Option<Vec<String>> = note.clone().map(|note: ThingNote| note.authors);
    (id, full_name, label, tags, note.and_then(|note| note.text))
}

pub fn explain(error: ThingError) -> Option<String> {
    error.detail
}

pub async fn list(client: &Client, group: ObjectId) -> Result<Option<i32>, Error> {
    let request: ListThing = client.list_thing(group).page_num(1).items_per_page(50);
    let page: ThingPage = request.send().await?.into_inner();
    let _: Vec<Thing> = page.results;
    let _: ItemStream<Thing> = client.list_thing(group).stream();
    Ok(page.total_count)
}

pub async fn replace(client: &Client) -> Result<Option<String>, Error> {
    let request: ReplaceThing = client.replace_thing();
    Ok(match request.send().await?.into_inner() {
        ReplaceThingSuccess::Ok(thing) => Some(thing.full_name),
        ReplaceThingSuccess::Accepted(ThingPart { text, additional_properties, .. }) => {
            text.or_else(|| additional_properties.get("mood").cloned())
        }
        _ => None,
    })
}

pub async fn get(client: &Client) -> Result<Option<String>, Error> {
    let request: GetThing = client.get_thing("name", "part");
    let any: AnyThing = request.send().await?.into_inner();
    let name: Option<&str> = any.name();
    let name = name.map(ToOwned::to_owned);
    match any {
        AnyThing::Small(SmallThing { name, .. }) => assert_eq!(name, "small"),
        AnyThing::Big(BigThing { name, tons, .. }) => {
            assert_eq!((name, tons), (String::new(), Some(3)))
        }
        _ => {}
    }
    Ok(name)
}
