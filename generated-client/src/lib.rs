//! A typed client for the MongoDB Atlas Administration API.
